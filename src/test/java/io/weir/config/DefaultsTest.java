package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Desired;
import io.weir.model.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DefaultsTest {

    @Test
    void the_defaults_are_what_a_file_without_settings_says() {
        assertThat(ConfigFile.parse("{:proxies []}", "config.edn")).isEqualTo(new Desired(List.of(), Settings.DEFAULT));
        assertThat(ConfigFile.parse("{:proxies [] :settings {:admin-api {:api-key nil}}}", "config.edn"))
                .isEqualTo(new Desired(List.of(), Settings.DEFAULT));
    }

    @Test
    void a_record_that_holds_a_key_does_not_print_it() {
        Desired desired =
                ConfigFile.parse("{:proxies [] :settings {:admin-api {:api-key \"do-not-show\"}}}", "config.edn");
        assertThat(desired.settings().control().adminApi().apiKey()).contains("do-not-show");
        assertThat(desired.toString()).doesNotContain("do-not-show");
    }
}
