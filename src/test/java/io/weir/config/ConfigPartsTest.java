package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.config.ConfigTree.Keyword;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.testing.Seed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConfigPartsTest {

    private static final Map<String, Object> TARGET = Map.of("ip", "10.0.0.1", "port", 80);
    private static final Map<String, Object> LISTEN = Map.of("interfaces", List.of("eth0"), "port", 80);

    @Test
    void a_configuration_is_the_same_when_its_keywords_have_become_strings() {
        Seed.times(200, random -> {
            var desired = new RandomConfig(random.nextLong()).desired();
            Edn document = PlainTree.edn(plain(ConfigTree.of(desired)));
            assertThat(ConfigFile.read(document, "").desired()).isEqualTo(desired);
        });
    }

    /** As JSON would bring it. */
    private static Object plain(Object tree) {
        return switch (tree) {
            case Keyword keyword -> keyword.name();
            case Map<?, ?> map -> {
                Map<String, Object> all = new LinkedHashMap<>();
                map.forEach((key, value) -> all.put(String.valueOf(key), plain(value)));
                yield all;
            }
            case List<?> list -> list.stream().map(ConfigPartsTest::plain).toList();
            case java.util.Optional<?> optional when optional.isPresent() -> plain(optional.get());
            default -> tree;
        };
    }

    @Test
    void a_part_is_read_and_its_errors_have_paths_that_begin_at_it() {
        Proxy proxy =
                ConfigParts.proxy(Map.of("name", "web", "listen", LISTEN, "default-target", TARGET), Settings.DEFAULT);
        assertThat(proxy.defaultGroup()).isEqualTo(ConfigParts.group(TARGET, Settings.DEFAULT));

        assertThatThrownBy(() -> ConfigParts.group(
                        List.of(Map.of("ip", "10.0.0.1", "port", 80, "weight", 10), Map.of("ip", "x", "port", 0)),
                        Settings.DEFAULT))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        wrong -> assertThat(wrong.errors())
                                .extracting(ConfigError::path)
                                .containsExactlyInAnyOrder("[1].port", "[1].ip", "[1].weight"));
    }

    @Test
    void a_target_that_is_there_twice_is_said_without_a_line() {
        Map<String, Object> half = Map.of("ip", "10.0.0.1", "port", 80, "weight", 50);
        assertThatThrownBy(() -> ConfigParts.group(List.of(half, half), Settings.DEFAULT))
                .hasMessage("[1]: 10.0.0.1:80 is in this group twice, first as [0]");
    }

    @Test
    void a_part_that_this_version_lacks_is_refused() {
        Map<String, Object> sni = Map.of("sni-hostname", "a.example", "target", TARGET);
        assertThatThrownBy(() -> ConfigParts.proxy(
                        Map.of("name", "web", "listen", LISTEN, "default-target", TARGET, "sni-routes", List.of(sni)),
                        Settings.DEFAULT))
                .hasMessage("sni-routes: this version has no SNI routes; leave it out");
    }
}
