package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.model.Desired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunConditionsTest {

    private static final String EVERYTHING_MISSING = """
            {:proxies [{:name "web"
                        :listen {:interfaces ["eth0"] :port 443}
                        :default-target [{:ip "10.0.0.1" :port 80 :weight 50
                                          :health-check {:type :tcp}}
                                         {:host "a.example" :port 80 :weight 50
                                          :health-check {:type :none}}]
                        :source-routes [{:source "10.0.0.0/8"
                                         :target {:host "b.example" :port 80}}
                                        {:source "office.example"
                                         :targets [{:host "c.example" :port 80}]}]
                        :sni-routes [{:sni-hostname "d.example" :target {:ip "10.0.0.2" :port 80}}]
                        :circuit-breaker {:enabled true}}]
             :settings {:health-check-enabled true
                        :default-drain-timeout-ms 5000
                        :drain-check-interval-ms 500
                        :load-balancing {:algorithm :least-connections}
                        :rate-limits {:per-source {:requests-per-sec 1 :burst 1}}
                        :metrics {:enabled true}
                        :admin-api {:enabled true}
                        :access-log {:enabled true}
                        :circuit-breaker {:enabled true}
                        :cluster {:enabled true :insecure true}}}
            """;

    /** A feature that is built leaves this list together with its line in {@link Unimplemented}. */
    @Test
    void what_this_version_lacks_is_refused_by_name() {
        assertThat(refusals(EVERYTHING_MISSING))
                .containsExactly("config.edn:11: proxies[0].sni-routes: this version has no SNI routes; leave it out");
    }

    /** A section of a proxy or of the settings stands in a table as {@code | `:key` **later** | …}. */
    @Test
    void the_readme_marks_as_later_what_is_refused() throws IOException {
        Matcher marked = Pattern.compile("(?m)^\\| `:([a-z-]+)`[^|]*\\*\\*later\\*\\*")
                .matcher(Files.readString(Path.of("README.md")));
        assertThat(Unimplemented.in(ConfigFile.parse(EVERYTHING_MISSING, "config.edn"), Lines.NONE))
                .extracting(error -> error.path().substring(error.path().lastIndexOf('.') + 1))
                .containsExactlyInAnyOrderElementsOf(
                        marked.results().map(found -> found.group(1)).toList());
    }

    @Test
    void what_is_switched_off_or_says_the_default_runs() {
        ConfigFile file = ConfigFile.read("""
                {:proxies [{:name "web"
                            :listen {:interfaces ["eth0"] :port 443 :address "192.0.2.1" :protocols [:tcp]}
                            :default-target {:ip "10.0.0.1" :port 80 :health-check {:type :none}}
                            :source-routes [{:source "office.example" :target {:ip "10.0.0.2" :port 80}}]
                            :session-persistence true
                            :circuit-breaker {:enabled false :error-threshold 3}}]
                 :settings {:stats-enabled true :connection-timeout-sec 5 :max-connections 10 :xdp-mode :tc
                            :reply-interfaces ["eth1"] :route-localnet true :pin-path "/sys/fs/bpf/x" :on-stop :detach
                            :load-balancing {:algorithm :maglev}
                            :health-check-enabled false :default-drain-timeout-ms 30000 :metrics {:enabled false}
                            :admin-api {:enabled false :port 9999} :access-log {:enabled false} :rate-limits {}
                            :cluster {:enabled false :bind-address "0.0.0.0"}}}
                """, "config.edn");
        assertThat(file.runnable()).isEqualTo(file.desired());
        assertThat(ConfigFile.read(Path.of("cluster-config/single.edn"))
                        .runnable()
                        .proxies())
                .hasSize(2);
    }

    @Test
    void a_configuration_that_was_not_written_in_a_file_is_refused_without_lines() {
        Desired desired = ConfigFile.parse(EVERYTHING_MISSING, "config.edn");
        assertThat(Unimplemented.in(desired, Lines.NONE))
                .hasSize(1)
                .allSatisfy(error -> assertThat(error.line()).isZero())
                .extracting(ConfigError::path)
                .contains("proxies[0].sni-routes");
        assertThatThrownBy(() -> RunConditions.require(desired))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("proxies[0].sni-routes: this version has no SNI routes; leave it out");
    }

    @ParameterizedTest
    @CsvSource({
        "'', true",
        "':bind-address \"10.0.0.1\"', true",
        "':bind-address \"127.0.0.1\"', false",
        "':bind-address \"::1\"', false",
        "':keyring-file \"/etc/weir/keyring\"', false",
        "':insecure true', false"
    })
    void a_cluster_that_anyone_could_join_passes_the_check_and_does_not_run(String keys, boolean refused) {
        List<String> refusals = refusals("{:proxies [] :settings {:cluster {:enabled true " + keys + "}}}");
        assertThat(refusals.stream().anyMatch(line -> line.contains("anyone can join")))
                .isEqualTo(refused);
    }

    @Test
    void files_that_cannot_be_read_are_said_to_be_so() {
        assertThatThrownBy(() -> ConfigFile.load(Path.of("no/such.edn")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("no/such.edn: there is no such file");
        assertThatThrownBy(() -> ConfigFile.load(Path.of("src")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("src: is a directory");
    }

    private static List<String> refusals(String text) {
        ConfigFile file = ConfigFile.read(text, "config.edn");
        return Optional.ofNullable(catchThrowableOfType(ConfigException.class, file::runnable))
                .map(ConfigException::lines)
                .orElse(List.of());
    }
}
