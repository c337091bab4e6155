package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cluster.MembershipEvent;
import io.weir.cluster.MembershipEvent.Died;
import io.weir.cluster.MembershipEvent.Joined;
import io.weir.cluster.MembershipEvent.Left;
import io.weir.cluster.MembershipEvent.NameTaken;
import io.weir.cluster.MembershipEvent.Recovered;
import io.weir.cluster.MembershipEvent.Restarted;
import io.weir.cluster.MembershipEvent.Suspected;
import io.weir.cluster.link.PeerAddress;
import io.weir.engine.Notice.MemberChange;
import io.weir.engine.Notice.MemberNotice;
import io.weir.model.NodeId;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MemberWatchTest {

    private static final NodeId NODE = new NodeId("lb-2");
    private static final UUID BOOT = new UUID(0, 1);
    private static final PeerAddress HERE = new PeerAddress("192.0.2.2", 7946);

    static Stream<Arguments> events() {
        return Stream.of(
                Arguments.of(new Joined(NODE, BOOT, HERE), MemberChange.JOIN, "at 192.0.2.2:7946"),
                Arguments.of(new Restarted(NODE, BOOT, HERE), MemberChange.RESTART, "at 192.0.2.2:7946"),
                Arguments.of(new Suspected(NODE), MemberChange.SUSPECT, ""),
                Arguments.of(new Recovered(NODE), MemberChange.RECOVER, ""),
                Arguments.of(new Left(NODE), MemberChange.LEAVE, ""),
                Arguments.of(new Died(NODE, BOOT, HERE), MemberChange.DEAD, ""),
                Arguments.of(new NameTaken(NODE, HERE), MemberChange.NAME_TAKEN, "by the node at 192.0.2.2:7946"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void what_befalls_a_node_is_told_as_what_it_is(MembershipEvent event, MemberChange change, String detail) {
        assertThat(MemberWatch.notice(event)).isEqualTo(new MemberNotice(NODE, change, detail));
    }
}
