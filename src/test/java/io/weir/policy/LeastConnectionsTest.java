package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Endpoint;
import io.weir.policy.LeastConnections.Load;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeastConnectionsTest {

    /** Connections by weight; then whether weights count; then the shares of new connections after one look, in percent. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            equal counts keep equal shares                 | 10/50 10/50         | true  | 50 50
            nobody has any                                 | 0/70 0/30           | true  | 70 30
            counts as the weights want them                | 70/70 30/30         | true  | 70 30
            weights are left aside                         | 50/70 50/30         | false | 50 50
            who has more gets less                         | 20/50 10/50         | true  | 42 58
            who has more for its weight gets less          | 50/70 50/30         | true  | 78 22
            who has more gets less, whatever the weights   | 20/70 10/30         | false | 42 58
            an empty one is not flooded                    | 100000/50 0/50      | true  | 6 94
            one of three is full                           | 1000/34 10/33 10/33 | true  | 6 47 47
            """)
    void one_look_at_the_counts(String situation, String loads, boolean weighted, String expected) {
        Map<Endpoint, Load> group = loads(loads);

        double[] shares = shares(LeastConnections.START.after(group, weighted), group, weighted);

        assertThat(Arrays.stream(shares).map(share -> Math.round(share * 100)).mapToObj(share -> "" + (long) share))
                .containsExactly(expected.split(" "));
    }

    @Test
    void a_target_that_comes_back_begins_in_the_middle() {
        LeastConnections uneven = LeastConnections.START;
        for (int i = 0; i < 20; i++) {
            uneven = uneven.after(loads("100/1 1/1"), true);
        }
        LeastConnections without = uneven.after(loads("100/1"), true);

        assertThat(without.levels()).containsOnlyKeys(endpoint(0));
        assertThat(without.factor(endpoint(1), 1, true)).isEqualTo(1);
    }

    @Test
    void a_small_change_costs_no_table() {
        LeastConnections even = LeastConnections.START.after(loads("100/1 100/1"), true);

        assertThat(even.after(loads("101/1 99/1"), true)).isSameAs(even);
        assertThat(even.after(loads("110/1 90/1"), true)).isNotEqualTo(even);
    }

    static double[] shares(LeastConnections rule, Map<Endpoint, Load> loads, boolean weighted) {
        double[] parts = loads.entrySet().stream()
                .mapToDouble(entry -> entry.getValue().weight()
                        * rule.factor(entry.getKey(), entry.getValue().weight(), weighted))
                .toArray();
        double sum = Arrays.stream(parts).sum();
        return Arrays.stream(parts).map(part -> part / sum).toArray();
    }

    private static Map<Endpoint, Load> loads(String text) {
        String[] words = text.split(" ");
        Map<Endpoint, Load> loads = new LinkedHashMap<>();
        IntStream.range(0, words.length).forEach(i -> {
            String[] numbers = words[i].split("/");
            loads.put(endpoint(i), new Load(Double.parseDouble(numbers[1]), Long.parseLong(numbers[0])));
        });
        return loads;
    }

    static Endpoint endpoint(int number) {
        return Endpoint.of("10.0.0." + (number + 1), 80);
    }
}
