package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The README's section on configuration, and the keys that a file may have. */
final class DocumentedKeysTest {

    private static final Pattern TABLE = Pattern.compile("(?ms)^### ([A-Z-]+)\n(.*?)(?=^##|\\z)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ((?:`:[a-z: -]+`[ *a-z]*)+)\\|");
    private static final Pattern KEY = Pattern.compile(":([a-z][a-z-]*)");

    /** A file in which a key of such a table may stand in the place of {@code %s}. */
    private static final Map<String, String> PLACES = Map.of(
            "PROXY", "{:proxies [{%s}]}",
            "TARGET", "{:proxies [{:default-target {%s}}]}",
            "HEALTH-CHECK", "{:proxies [] :settings {:health-check-defaults {%s}}}",
            "CIRCUIT-BREAKER", "{:proxies [] :settings {:circuit-breaker {%s}}}",
            "SETTINGS", "{:proxies [] :settings {%s}}",
            "CLUSTER", "{:proxies [] :settings {:cluster {%s}}}");

    private static String section;

    @BeforeAll
    static void read() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        section = readme.substring(readme.indexOf("\n## Configuration"), readme.indexOf("\n## Metrics"));
    }

    /** By table, what stands in its first column. */
    private static Map<String, Set<String>> documented() {
        Map<String, Set<String>> keys = new TreeMap<>();
        TABLE.matcher(section)
                .results()
                .forEach(table -> keys.put(table.group(1), new TreeSet<>(firstColumn(table.group(2)))));
        return keys;
    }

    private static List<String> firstColumn(String table) {
        return ROW.matcher(table)
                .results()
                .map(row -> row.group(1).replace(":listen :", ":listen-"))
                .flatMap(DocumentedKeysTest::keys)
                .toList();
    }

    private static Stream<String> keys(String text) {
        return KEY.matcher(text).results().map(found -> found.group(1));
    }

    @Test
    void the_tables_are_those_of_the_file() {
        assertThat(documented()).containsOnlyKeys(PLACES.keySet());
        assertThat(documented().values()).allSatisfy(keys -> assertThat(keys).hasSizeGreaterThan(5));
    }

    @TestFactory
    Stream<DynamicTest> a_key_of_the_readme_is_known_where_it_says() {
        return documented().entrySet().stream()
                .flatMap(table -> table.getValue().stream()
                        .map(key -> DynamicTest.dynamicTest(
                                table.getKey() + " :" + key, () -> assertKnown(PLACES.get(table.getKey()), key))));
    }

    private static void assertKnown(String place, String key) {
        String entry = key.startsWith("listen-") ? ":listen {:" + key.substring(7) + " nil}" : ":" + key + " nil";
        List<String> errors = errors(place.formatted(entry));
        assertThat(errors).noneMatch(error -> error.contains("unknown key"));
        assertThat(errors(place.formatted(entry.replace(key, key + "x"))))
                .as("what a key that is not known is called")
                .anyMatch(error -> key.startsWith("listen-") || error.contains("unknown key :" + key + "x"));
    }

    private static List<String> errors(String file) {
        try {
            ConfigFile.parse(file, "config.edn");
            return List.of();
        } catch (ConfigException refused) {
            return refused.lines();
        }
    }

    /** Random configurations have every key, written out. */
    @Test
    void each_key_that_a_file_may_have_stands_in_the_readme() {
        Set<String> written = new TreeSet<>();
        Seed.times(
                100,
                random -> Pattern.compile("[{ ]:([a-z][a-z-]*) ")
                        .matcher(ConfigText.of(new RandomConfig(random.nextLong()).desired()))
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .forEach(written::add));
        assertThat(written).contains("sni-hostname", "requests-per-sec", "vrrp-notify-fifo", "keyring-file");
        Set<String> known = new TreeSet<>(keys(section).toList());
        assertThat(known).containsAll(written);
    }
}
