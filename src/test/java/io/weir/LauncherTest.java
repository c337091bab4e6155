package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher of a source tree says before it builds anything. */
class LauncherTest {

    private record Ended(int status, String output) {}

    @ParameterizedTest
    @ValueSource(strings = {"CliTest,NodeVrbsTest", "io.weir.cli.CliTest NodeVrbsTest#any", "NodeVrbs*"})
    void a_test_that_is_not_there_is_an_error_that_names_near_ones(String names) throws Exception {
        List<String> command = new ArrayList<>(List.of("./weir", "test"));
        command.addAll(List.of(names.split(" ")));
        Ended ended = run(command);
        assertThat(ended.status()).as(ended.output()).isEqualTo(2);
        assertThat(ended.output())
                .startsWith("weir: test: there is no test class 'NodeVrbs")
                .contains("near it: ", "NodeVerbsTest")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CliTest",
                "CliTest,NodeVerbsTest",
                "CliTest#status_prints_columns",
                "io.weir.cli.CliTest",
                "**/CliTest",
                "!CliTest",
                "*Lab*",
                "Cli?est",
                ""
            })
    void names_and_patterns_of_tests_are_taken(String names) throws Exception {
        Ended ended = run(List.of(
                "bash",
                "-c",
                "ROOT=$PWD; say() { echo \"$*\"; }; . src/launcher/check.sh; require_tests \"$1\"; echo taken",
                "bash",
                names));
        assertThat(ended.output()).isEqualTo("taken\n");
    }

    @Test
    void a_build_is_stale_when_a_source_is_newer_or_gone_and_not_before(@TempDir Path tree) throws Exception {
        String script = """
                ROOT=$1 TARGET=$1/target
                . src/launcher/build.sh
                mkdir -p $ROOT/bpf $ROOT/src/launcher $ROOT/src/main $ROOT/.mvn $TARGET
                touch $ROOT/pom.xml $ROOT/bpf/abi.h $ROOT/src/main/Main.java
                say() { is_stale .built $ROOT/src/main && echo "$1: stale" || echo "$1: built"; }
                built() { find $ROOT -exec touch -d '1 hour ago' {} + ; touch -d '30 minutes ago' $TARGET/.built; }
                say never; built; say now
                touch $ROOT/bpf/abi.h; say newer; built
                touch $ROOT/src/main/Main.java; say newer; built
                rm $ROOT/src/main/Main.java; say gone
                """;
        Ended ended = run(List.of("bash", "-c", script, "bash", tree.toString()));
        assertThat(ended.output().lines())
                .containsExactly("never: stale", "now: built", "newer: stale", "newer: stale", "gone: stale");
    }

    @Test
    void the_java_of_JAVA_HOME_is_taken_when_it_is_new_enough(@TempDir Path homes) throws Exception {
        String script = """
                TARGET=$1
                . src/launcher/host.sh
                java() { mkdir -p $1/bin; echo "JAVA_VERSION=\\"$2\\"" >$1/release; touch $1/bin/javac; chmod +x $1/bin/javac; }
                java $1/old 21.0.4; java $1/new 26.0.1
                JAVA_HOME=$1/new; find_java; echo ${JAVA_HOME#$1/}
                JAVA_HOME=$1/old; find_java; echo ${JAVA_HOME#$1/}
                """;
        List<String> taken = run(List.of("bash", "-c", script, "bash", homes.toString()))
                .output()
                .lines()
                .toList();
        assertThat(taken.getFirst()).isEqualTo("new");
        assertThat(taken.getLast()).isNotEqualTo("old");
    }

    @Test
    void an_unknown_option_of_test_is_named() throws Exception {
        assertThat(run(List.of("./weir", "test", "--sed", "1")).output()).contains("unknown option '--sed'");
    }

    private static Ended run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(Path.of("").toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }
}
