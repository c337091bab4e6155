package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Endpoint;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who checks what, where not all check all. */
class CheckShareTest {

    /** What nodes of two versions have to agree on. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lb-1                     | 2 | lb-1",
                "lb-1 lb-2                | 2 | lb-1 lb-2",
                "lb-1 lb-2 lb-3           | 2 | lb-1 lb-3",
                "lb-1 lb-2 lb-3 lb-4 lb-5 | 2 | lb-3 lb-5",
                "lb-1 lb-2 lb-3 lb-4 lb-5 | 3 | lb-1 lb-3 lb-5",
                "lb-1 lb-2 lb-3 lb-4 lb-5 | 9 | lb-1 lb-2 lb-3 lb-4 lb-5",
            })
    void these_check_it(String nodes, int count, String checkers) {
        ProxyTarget target = new ProxyTarget("web", Endpoint.parse("10.0.0.1:80"));

        assertThat(CheckShare.checkers(target, names(nodes), count))
                .containsExactlyInAnyOrderElementsOf(names(checkers));
    }

    private static List<NodeId> names(String names) {
        return Arrays.stream(names.split(" ")).map(NodeId::new).toList();
    }

    @Test
    void each_target_has_so_many_whatever_the_order_in_which_nodes_are_known() {
        Seed.times(200, random -> {
            List<NodeId> nodes = nodes(1 + random.nextInt(12));
            List<NodeId> shuffled = new ArrayList<>(nodes);
            Collections.shuffle(shuffled, random);
            int count = 2 + random.nextInt(4);
            ProxyTarget target = target(random.nextInt(1 << 16));
            Set<NodeId> checkers = CheckShare.checkers(target, nodes, count);

            assertThat(checkers).hasSize(Math.min(count, nodes.size()));
            assertThat(CheckShare.checkers(target, shuffled, count)).isEqualTo(checkers);
        });
    }

    @Test
    void without_a_node_only_what_it_checked_moves_and_to_one_other() {
        Seed.times(200, random -> {
            List<NodeId> nodes = nodes(3 + random.nextInt(10));
            NodeId gone = nodes.get(random.nextInt(nodes.size()));
            List<NodeId> rest =
                    nodes.stream().filter(node -> !node.equals(gone)).toList();
            ProxyTarget target = target(random.nextInt(1 << 16));
            Set<NodeId> before = CheckShare.checkers(target, nodes, 2);
            Set<NodeId> kept =
                    before.stream().filter(node -> !node.equals(gone)).collect(Collectors.toSet());

            assertThat(CheckShare.checkers(target, rest, 2)).hasSize(2).containsAll(kept);
        });
    }

    @Test
    void each_node_has_its_share() {
        List<NodeId> nodes = nodes(5);
        int targets = 10_000;
        Map<NodeId, Integer> checks = new HashMap<>();
        for (int i = 0; i < targets; i++) {
            CheckShare.checkers(target(i), nodes, 2).forEach(node -> checks.merge(node, 1, Integer::sum));
        }

        assertThat(checks).hasSize(5);
        assertThat(checks.values()).allSatisfy(count -> assertThat(count).isBetween(3_800, 4_200));
    }

    private static List<NodeId> nodes(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> new NodeId("lb-" + i))
                .toList();
    }

    private static ProxyTarget target(int number) {
        return new ProxyTarget("web", Endpoint.of("10.0." + (number >> 8) + "." + (number & 255), 80));
    }
}
