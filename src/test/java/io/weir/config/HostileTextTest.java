package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

final class HostileTextTest {

    @Test
    void depth_and_length_are_bounded() {
        for (String opening : List.of("[", "{", "(", "#{", "#_ ", "#a ", "{:a ", "#:a{:b ", "#_ [")) {
            assertThatThrownBy(() -> ConfigFile.parse(opening.repeat(500_000), "config.edn"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("nested deeper than 32 levels");
        }
        for (String part : List.of("1", "a", ":a", "/")) {
            assertThatThrownBy(() -> ConfigFile.parse("{:proxies " + part.repeat(500_000), "config.edn"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("longer than 65536 characters");
        }
        assertThatThrownBy(() -> ConfigFile.parse("\"" + "x ".repeat(500_000), "config.edn"))
                .hasMessageContaining("longer than 65536 characters");
        assertThat(ConfigFile.parse("{:proxies " + "#_ a ".repeat(400_000) + " []}", "c")
                        .proxies())
                .isEmpty();
        assertThat(ConfigFile.parse(";" + "-".repeat(500_000) + "\n{:proxies []}", "c")
                        .proxies())
                .isEmpty();
    }

    @Test
    void errors_without_end_are_counted_and_not_kept() {
        ConfigException refused = catchThrowableOfType(
                ConfigException.class, () -> ConfigFile.parse("{:proxies [" + "1\n".repeat(5000) + "]}", "config.edn"));
        assertThat(refused.lines())
                .hasSize(1001)
                .endsWith(
                        "config.edn:1000: proxies[999]: found the number 1; a proxy is a map with :name, :listen and"
                                + " :default-target",
                        "config.edn:1000: and 4000 errors more");
    }

    @Test
    void values_without_end_are_refused() {
        assertThatThrownBy(() -> ConfigFile.parse("{:proxies [" + "1 ".repeat(1_000_000) + "]}", "config.edn"))
                .hasMessage("config.edn:1: more than 1000000 values");
    }
}
