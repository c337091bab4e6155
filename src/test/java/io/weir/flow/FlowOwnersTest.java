package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whose the flows are of a node that goes and comes back. */
class FlowOwnersTest {

    private final SideBySide nodes = new SideBySide();
    private final SideBySide.Node one = nodes.add("lb-1");
    private final SideBySide.Node two = nodes.add("lb-2");

    @Test
    void what_is_held_for_a_node_that_comes_back_and_shares_no_flows_is_forgotten_and_nobodys() {
        nodes.carry(one, 100);
        nodes.leave(one);
        nodes.run(Duration.ofSeconds(20));
        assertThat(two.tables.shadows).hasSize(100);

        nodes.startUnshared(one);
        nodes.run(Duration.ofMillis(10));
        assertThat(two.tables.shadows).isEmpty();
        assertThat(two.exchange.isInSync()).isTrue();

        nodes.run(Duration.ofSeconds(60));
        assertThat(two.tables.own).isEmpty();
        assertThat(nodes.status(two).peers().get(one.id).told()).isFalse();
    }

    @Test
    void what_another_carries_is_held_for_that_one_when_a_node_shares_no_flows_any_more() {
        SideBySide.Node three = nodes.add("lb-3");
        nodes.carry(one, 100);
        for (int second = 0; second < 3; second++) {
            three.packet(7);
            one.packet(7); // so both carry it, and who told last is held to be its owner
            nodes.run(Duration.ofSeconds(1));
        }
        nodes.leave(one);
        nodes.startUnshared(one);
        nodes.run(Duration.ofSeconds(1));

        assertThat(two.tables.shadows.keySet())
                .containsExactly(SideBySide.key(7))
                .isEqualTo(three.tables.own.keySet());
    }

    @Test
    void a_node_that_shares_flows_again_has_them_held_again() {
        nodes.carry(one, 100);
        nodes.leave(one);
        nodes.startUnshared(one);
        nodes.run(Duration.ofSeconds(1));
        nodes.restart(one, true);
        nodes.run(Duration.ofSeconds(2));

        assertThat(two.tables.shadows.keySet())
                .isEqualTo(one.tables.own.keySet())
                .hasSize(100);
        assertThat(two.exchange.isInSync()).isTrue();
        assertThat(nodes.status(two).unprotected()).isZero();
    }
}
