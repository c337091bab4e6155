package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
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
