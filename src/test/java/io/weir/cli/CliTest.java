package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.config.ConfigFile;
import io.weir.model.Flow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CliTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Told appliance = new Told();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "statsu                    | weir: unknown verb 'statsu': did you mean 'status'?",
                "conections                | weir: unknown verb 'conections': did you mean 'connections'?",
                "run --interfcae eth0      | weir: unknown option '--interfcae': did you mean '--interface'?",
                "check -c                  | weir: Missing required parameter for option '--config' (FILE): see 'weir --help'",
                "run -p eighty -i eth0     | weir: Invalid value for option '--port': 'eighty' is not an int: see 'weir --help'",
                "run -p 80                 | weir: -p and -t describe a proxy on an interface: name it with -i",
                "-t 10.0.0.1:80            | weir: -p and -t describe a proxy on an interface: name it with -i",
                "run -c a.edn -i eth0      | weir: -c and -i cannot go together: a file names its own interfaces",
                "run -w -i eth0            | weir: --watch and -i cannot go together: there is no file to watch",
                "connections --limit 0     | weir: --limit is 1 or more, not 0",
                "connections --state open  | weir: --state: write established or closing, not 'open'",
                "connections --target a    | weir: --target: 'a' is no endpoint: write 10.0.0.1:80 or [2001:db8::1]:80",
                "top --sort size           | weir: --sort is new, active, bytes, packets or target, not 'size'",
                "top --interval 0          | weir: --interval is 0.1 to 3600 seconds, not 0.0",
                "wrong.edn                 | weir: unknown verb 'wrong.edn': a configuration is run with 'weir run wrong.edn', and checked with 'weir check wrong.edn'",
                "status wrong.edn          | weir: 'weir status' takes no 'wrong.edn': name a configuration with -c wrong.edn",
                "detach web                | weir: 'weir detach' takes no 'web': see 'weir detach --help'",
                "check wrong.edn           | weir: wrong.edn:1: wrong",
                "check a.edn -c b.edn      | weir: one configuration at a time: a.edn, or -c b.edn",
                "run refused.edn           | weir: refused.edn:3: settings.metrics: not yet",
                "run a.edn -c b.edn        | weir: one configuration at a time: a.edn, or -c b.edn",
                "run a.edn -i eth0         | weir: -c and -i cannot go together: a file names its own interfaces",
                "run -c refused.edn        | weir: refused.edn:3: settings.metrics: not yet",
                "check -c wrong.edn        | weir: wrong.edn:1: wrong"
            })
    void bad_usage_is_one_line_and_exit_code_2(String arguments, String line) {
        assertThat(run(arguments.split(" +"))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).isEqualTo(line + "\n");
        assertThat(out.toString()).isEmpty();
        assertThat(appliance.started).isNull();
    }

    @Test
    void check_says_that_a_file_is_valid_and_what_run_would_refuse() {
        assertThat(run("check", "-c", "refused.edn")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .startsWith("refused.edn is valid: ")
                .contains("'weir run' would refuse it: refused.edn:3: settings.metrics: not yet");
    }

    @Test
    void check_takes_a_file_without_an_option() {
        assertThat(run("check", "refused.edn")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).startsWith("refused.edn is valid: ");
        assertThat(run("check", "refused.edn", "-c", "refused.edn")).isEqualTo(ExitCode.DONE);
    }

    @Test
    void what_this_host_lacks_for_a_file_is_a_warning() {
        appliance.lacking = List.of("there is no interface eth9");
        assertThat(run("check", "-c", "web.edn")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString().lines()).contains("warning: on this host: there is no interface eth9");
    }

    @ParameterizedTest
    @CsvSource({"true, :health-check-share 2, false", "false, :health-check-share 2, true", "false, '', false"})
    void a_breaker_that_does_not_see_checks_fail_is_a_warning(boolean circuits, String share, boolean isWarning) {
        appliance.files.put("web.edn", ConfigFile.parse("""
                        {:proxies [{:name "web" :listen {:interfaces ["eth0"] :address "192.0.2.80" :port 80}
                                    :default-target {:ip "10.0.0.1" :port 80}}]
                         :settings {:circuit-breaker {:enabled true}
                                    :cluster {:enabled true :bind-address "127.0.0.1"
                                              :sync-circuit-breaker %s %s}}}
                        """.formatted(circuits, share), "web.edn"));
        assertThat(run("check", "web.edn")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString().contains("warning: the :circuit-breaker of proxy 'web' does not see checks fail"))
                .isEqualTo(isWarning);
    }

    @Test
    void without_anything_to_run_it_says_how_to_begin() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .startsWith("weir: nothing to run: ")
                .contains("weir demo", "weir check FILE", "weir run FILE", "weir --help");
        assertThat(appliance.started).isNull();
    }

    /** The program itself, and every verb. */
    static Stream<String> verbs() {
        List<String> verbs =
                new Cli(new Told(), new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter())).verbs();
        return Stream.concat(Stream.of(""), verbs.stream());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void help_fits_a_terminal_and_has_no_line_of_a_word_or_two_within_a_paragraph(String verb) {
        assertThat(run((verb + " --help").strip().split(" "))).isEqualTo(ExitCode.DONE);
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).isNotEmpty().allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        for (int i = 1; i < lines.size(); i++) {
            String before = lines.get(i - 1);
            String first = lines.get(i).split(" ")[0];
            if (isText(before) && isText(lines.get(i))) {
                assertThat(before.length() + 1 + first.length())
                        .as("'" + before + "' is broken before '" + first + "'")
                        .isGreaterThan(76);
            }
        }
    }

    private static boolean isText(String line) {
        return line.matches("[A-Za-z].*") && !line.startsWith("Usage:") && !line.endsWith(":");
    }

    @Test
    void detach_uses_the_pin_path_it_is_given() {
        assertThat(run("detach", "--pin-path", "/sys/fs/bpf/other")).isEqualTo(ExitCode.DONE);
        assertThat(appliance.detached).isEqualTo(Path.of("/sys/fs/bpf/other"));
        assertThat(appliance.forced).isFalse();
        assertThat(out.toString()).isEqualTo("removed 3 pins\n");
        assertThat(run("detach", "--force")).isEqualTo(ExitCode.DONE);
        assertThat(appliance.forced).isTrue();
    }

    @Test
    void a_data_path_that_is_not_there_is_exit_code_3() {
        assertThat(run("status", "--pin-path", "/none")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString()).isEqualTo("weir: nothing is pinned under /none\n");
    }

    @Test
    void status_prints_columns() {
        assertThat(run("status", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString().lines())
                .contains(
                        "INTERFACE  ATTACHED",
                        "eth0       tc",
                        "LISTENER       PROTOCOL  TARGETS",
                        "192.0.2.80:80  tcp       10.0.0.1:80 100.0%",
                        "TARGET       ACTIVE  CONNECTIONS  BYTES TO  BYTES FROM",
                        "10.0.0.1:80       1           20       300        4000",
                        "NOT PLAINLY FORWARDED  VERDICT  PACKETS",
                        "not_service            passed         7");
    }

    @Test
    void status_says_where_a_data_path_is_that_is_not_attached_here() {
        appliance.elsewhere = Optional.of("is attached in another network namespace: enter that one (nsenter)");
        assertThat(run("status", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .startsWith("the data path is attached in another network namespace: enter that one (nsenter)\n")
                .doesNotContain("INTERFACE");
        out.getBuffer().setLength(0);
        assertThat(run("status", "--json", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).contains("\"elsewhere\" : \"is attached in another network namespace");
    }

    @Test
    void status_says_when_expiry_has_lost_connections() {
        assertThat(run("status", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).doesNotContain("expiry");
        appliance.lostFlows = 3;
        assertThat(run("status", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).contains("expiry has lost sight of 3 connections");
        assertThat(run("status", "--json", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).contains("\"lost-flows\" : 3");
    }

    @Test
    void json_has_the_names_in_kebab_case() {
        assertThat(run("status", "--json", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .contains("\"source\" : \"data-path\"", "\"bytes-to-target\" : 300", "\"reason\" : \"not_service\"");
        out.getBuffer().setLength(0);
        assertThat(run("connections", "--json", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .contains(
                        "\"age-sec\" : 9",
                        "\"client\" : \"192.0.2.1:4000\"",
                        "\"proxy\" : null",
                        "\"bytes-forward\" : null");
    }

    @Test
    void connections_shows_bytes_where_they_are_kept() {
        assertThat(run("connections", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString().lines())
                .containsExactly(
                        "PROTO  CLIENT          VIP            TARGET       STATE        AGE s  IDLE s",
                        "tcp    192.0.2.1:4000  192.0.2.80:80  10.0.0.1:80  established      9       0");
        appliance.totals = Optional.of(new Flow.Totals(1, 512, 2, 70_000));
        out.getBuffer().setLength(0);
        assertThat(run("connections", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).contains("IDLE s   TO    FROM\n").containsPattern(" 512  70.0 k\\R");
    }

    @ParameterizedTest
    @CsvSource({
        "--target, 10.0.0.1:80, 1",
        "--target, 10.0.0.1:81, 0",
        "--client, 192.0.2.0/24, 1",
        "--client, 192.0.2.2, 0",
        "--protocol, tcp, 1",
        "--protocol, udp, 0",
        "--state, established, 1",
        "--state, closing, 0"
    })
    void pinned_connections_are_filtered(String option, String value, int shown) {
        assertThat(run("connections", "--pin-path", "/pins", option, value)).isEqualTo(ExitCode.DONE);
        assertThat(out.toString().lines()).hasSize(1 + shown);
    }

    @Test
    void connections_says_when_there_may_be_more() {
        assertThat(run("connections", "--limit", "1", "--pin-path", "/pins")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).contains("192.0.2.1:4000").endsWith("the first 1; --limit shows more\n");
    }

    @Test
    void an_unexpected_failure_is_one_line_and_a_stack_trace_only_with_v() {
        assertThat(run("detach", "--pin-path", "/broken")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).isEqualTo("weir: broken (unexpected; -v shows where)\n");
        err.getBuffer().setLength(0);
        assertThat(run("detach", "--pin-path", "/broken", "-v")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("at io.weir.cli.CliTest");
    }

    private int run(String... arguments) {
        return new Cli(appliance, new PrintWriter(out, true), new PrintWriter(err, true)).run(arguments);
    }
}
