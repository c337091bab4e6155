package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.flow.ModelTables.Way;
import io.weir.model.Endpoint;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A client opens a connection out of a port of which a node that was away believes that it still carries an earlier one. */
class PortReuseTest {

    private static final String EARLIER = "10.1.0.5:8080";
    private static final String LATER = "10.1.0.17:8080";

    private final SideBySide nodes = new SideBySide();
    private final SideBySide.Node one = nodes.add("lb-1");
    private final SideBySide.Node other = nodes.add("lb-3");

    /** When it is told of, its owner is away. */
    private SideBySide.Node openLater() {
        other.open(1, EARLIER);
        nodes.run(Duration.ofSeconds(1));
        nodes.leave(other);
        SideBySide.Node two = nodes.add("lb-2");
        nodes.run(Duration.ofSeconds(1));
        two.open(1, LATER);
        nodes.run(Duration.ofSeconds(1));
        nodes.leave(two);
        nodes.start(other, true);
        nodes.run(Duration.ofSeconds(1));
        return two;
    }

    @Test
    void the_later_one_is_held_also_when_the_earlier_one_is_told_after_it() {
        SideBySide.Node two = openLater();
        assertWay(one, LATER);
        assertThat(one.tables.count(two.id)).isEqualTo(1);

        nodes.start(two, true);
        nodes.run(Duration.ofSeconds(1));
        assertThat(other.tables.own).isEmpty();
        assertWay(other, LATER);
    }

    @Test
    void the_earlier_one_is_asked_for_when_the_later_one_has_ended() {
        SideBySide.Node two = openLater();
        two.close(1);
        nodes.start(two, true);
        nodes.run(Duration.ofSeconds(1));
        assertWay(one, EARLIER);
        assertThat(one.tables.count(other.id)).isEqualTo(1);
    }

    private static void assertWay(SideBySide.Node node, String target) {
        assertThat(node.tables.way(SideBySide.key(1)).map(Way::target)).contains(Endpoint.parse(target));
    }
}
