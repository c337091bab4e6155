package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Change;
import io.weir.model.Desired;
import io.weir.testing.Seed;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChangesTest {

    private static final String A = "{:ip \"10.0.0.1\" :port 80 :weight 50}";
    private static final String B = "{:ip \"2001:db8::1\" :port 80 :weight 50}";

    /** What stands in a file before and after, and the lines that say so. */
    static Stream<Arguments> rows() {
        return Stream.of(
                row(web(A + B, ""), web(B + A, ""), ""), // an order is no difference
                row(
                        web(A + B, ""),
                        web(A.replace("50", "40") + B.replace("50", "60"), ""),
                        "proxies[web].default-target[10.0.0.1:80].weight: 50 -> 40",
                        "proxies[web].default-target[[2001:db8::1]:80].weight: 50 -> 60"),
                row(
                        web(A.replace("50", "100"), ""),
                        web(A.replace("50", "100").replace("0.1", "0.2"), ""),
                        "proxies[web].default-target[10.0.0.2:80]: none -> {:ip \"10.0.0.2\" :port 80 :weight 100}",
                        "proxies[web].default-target[10.0.0.1:80]: {:ip \"10.0.0.1\" :port 80 :weight 100} -> none"),
                row(
                        web(A + B, ""),
                        web(A + B, ":source-routes [{:source \"10.0.0.0/8\" :target {:host \"a.example\" :port 1}}]"),
                        "proxies[web].source-routes: none -> [{:source \"10.0.0.0/8\" :targets [{:host \"a.example\" :port 1"
                                + " :dns-refresh-seconds 30 :weight 100}] :s…"),
                row(
                        web(A + B, ":circuit-breaker {:enabled true}"),
                        web(A + B, ":circuit-breaker {:enabled true :min-requests 3}"),
                        "proxies[web].circuit-breaker.min-requests: 10 -> 3"),
                row(
                        "{:proxies []}",
                        "{:proxies [] :settings {:xdp-mode :tc :reply-interfaces [\"eth1\"]}}",
                        "settings.xdp-mode: :auto -> :tc",
                        "settings.reply-interfaces: :auto -> [\"eth1\"]"),
                row(
                        "{:proxies [] :settings {:admin-api {:enabled true :api-key \"first-key\"}}}",
                        "{:proxies [] :settings {:admin-api {:enabled true :api-key \"other-key\"}}}",
                        "settings.admin-api.api-key: *** -> ***"),
                row(
                        "{:proxies [] :settings {:max-connections 10}}",
                        "{:proxies [] :settings {:max-connections 20}}",
                        "RESTART settings.max-connections: 10 -> 20"),
                row(
                        "{:proxies [] :settings {:admin-api {:enabled true :port 1}}}",
                        "{:proxies [] :settings {:admin-api {:enabled true :port 2 :tls {:cert \"c\" :key \"k\"}}}}",
                        "RESTART settings.admin-api.port: 1 -> 2",
                        "RESTART settings.admin-api.tls: none -> {:cert \"c\" :key \"k\"}"),
                row( // of a node among peers
                        cluster(
                                ":seeds [\"192.0.2.2:7946\"] :keyring-file \"one\" :sync-drain true :sync-conntrack true"
                                        + " :health-check-share 2"),
                        cluster(
                                ":seeds [\"192.0.2.3:7946\"] :keyring-file \"other\" :sync-drain false :sync-conntrack false"
                                        + " :health-check-share 3"),
                        "settings.cluster.seeds: [\"192.0.2.2:7946\"] -> [\"192.0.2.3:7946\"]",
                        "settings.cluster.sync-drain: true -> false",
                        "RESTART settings.cluster.sync-conntrack: true -> false",
                        "settings.cluster.health-check-share: 2 -> 3",
                        "settings.cluster.keyring-file: \"one\" -> \"other\""),
                row(
                        cluster(":keyring-file \"one\""),
                        cluster(":insecure true"),
                        "RESTART settings.cluster.insecure: false -> true",
                        "RESTART settings.cluster.keyring-file: \"one\" -> none"),
                row( // nobody listens anyway
                        "{:proxies [] :settings {:admin-api {:port 1}}}",
                        "{:proxies [] :settings {:admin-api {:port 2}}}",
                        "settings.admin-api.port: 1 -> 2"));
    }

    private static Arguments row(String before, String after, String... lines) {
        return Arguments.of(before, after, List.of(lines));
    }

    private static String cluster(String more) {
        return "{:proxies [] :settings {:cluster {:enabled true " + more + "}}}";
    }

    private static String web(String targets, String more) {
        return "{:proxies [{:name \"web\" :listen {:interfaces [\"eth0\"] :port 80} :default-target [" + targets + "] "
                + more + "}]}";
    }

    @ParameterizedTest
    @MethodSource("rows")
    void each_value_that_differs_is_one_line(String before, String after, List<String> lines) {
        List<Change> changes = Changes.between(ConfigFile.parse(before, "before"), ConfigFile.parse(after, "after"));

        assertThat(changes)
                .extracting(change -> (change.needsRestart() ? "RESTART " : "") + change.line())
                .containsExactlyElementsOf(
                        lines.stream().filter(line -> !line.isEmpty()).toList());
    }

    @Test
    void the_same_has_no_changes_and_what_differs_has_some_both_ways() {
        Seed.times(100, random -> {
            Desired one = new RandomConfig(random.nextLong()).desired();
            Desired other = new RandomConfig(random.nextLong()).desired();
            List<io.weir.model.Proxy> turned = new java.util.ArrayList<>(one.proxies());
            Collections.reverse(turned);
            assertThat(Changes.between(one, ConfigFile.parse(ConfigText.of(one), "same")))
                    .isEmpty();
            assertThat(Changes.between(one, new Desired(turned, one.settings())))
                    .isEmpty();
            List<String> there = Changes.between(one, other).stream()
                    .map(Change::path)
                    .sorted()
                    .toList();
            List<String> back = Changes.between(other, one).stream()
                    .map(Change::path)
                    .sorted()
                    .toList();
            assertThat(there).isNotEmpty().isEqualTo(back).doesNotHaveDuplicates();
        });
    }
}
