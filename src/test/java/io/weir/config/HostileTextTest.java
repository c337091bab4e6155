package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        assertThat(ConfigFile.parse("{:proxies " + "#_ a ".repeat(500_000) + " []}", "c")
                        .proxies())
                .isEmpty();
        assertThat(ConfigFile.parse(";" + "-".repeat(500_000) + "\n{:proxies []}", "c")
                        .proxies())
                .isEmpty();
    }
}
