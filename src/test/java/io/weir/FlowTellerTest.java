package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.flow.FlowNews;
import io.weir.flow.FlowRecord;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.stats.FlowEvent;
import io.weir.stats.FlowEvent.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlowTellerTest {

    private static final Flow.Peer CLIENT = new Flow.Peer(IpAddress.parse("fe80::9"), 4711);
    private static final Flow.Peer VIP = new Flow.Peer(IpAddress.parse("2001:db8::80"), 80);

    private final List<FlowRecord> opened = new ArrayList<>();
    private final List<FlowRecord> closed = new ArrayList<>();
    private final FlowTeller teller = new FlowTeller(new Heard());

    private final class Heard implements FlowNews {
        @Override
        public void opened(FlowRecord flow, long nanos) {
            opened.add(flow);
        }

        @Override
        public void closed(FlowRecord flow, long nanos) {
            closed.add(flow);
        }
    }

    private static Connection to(Optional<Endpoint> target) {
        return new Connection(Protocol.TCP, CLIENT, VIP, Optional.of("web"), target);
    }

    private static FlowEvent closing(Connection connection) {
        return new FlowEvent.Closed(
                Instant.EPOCH, connection, Duration.ofSeconds(3), new Flow.Totals(0, 0, 0, 0), FlowEvent.Ending.FIN);
    }

    /** The walk over the table has none, and a flow must be the same whoever tells it. */
    @Test
    void a_flow_is_told_without_the_zone_of_its_target() {
        Connection connection = to(Optional.of(Endpoint.of("fe80::2%eth0", 8080)));
        teller.seen(new FlowEvent.Opened(Instant.EPOCH, connection, Optional.empty()), 1);
        teller.seen(closing(connection), 2);
        assertThat(opened).singleElement().satisfies(flow -> {
            assertThat(flow.target()).isEqualTo(Endpoint.of("fe80::2", 8080));
            assertThat(flow.client()).isEqualTo(CLIENT);
            assertThat(flow.vip()).isEqualTo(VIP);
            assertThat(flow.proxy()).isEqualTo("web");
        });
        assertThat(closed).extracting(FlowRecord::target).containsExactly(Endpoint.of("fe80::2", 8080));
    }

    /** By their ages peers tell two connections of one client's port apart. */
    @Test
    void a_flow_that_a_peer_carried_is_told_with_the_age_it_had_there() {
        Connection connection = to(Optional.of(Endpoint.of("fe80::2", 8080)));
        teller.seen(new FlowEvent.Opened(Instant.EPOCH, connection, Optional.empty(), true, Duration.ofMinutes(7)), 1);
        assertThat(opened).extracting(FlowRecord::age).containsExactly(Duration.ofMinutes(7));
    }

    /** Its flows go on, and end. */
    @Test
    void a_flow_of_a_proxy_that_was_removed_is_told_without_a_name() {
        Connection connection =
                new Connection(Protocol.TCP, CLIENT, VIP, Optional.empty(), Optional.of(Endpoint.of("10.0.0.1", 8080)));
        teller.seen(closing(connection), 1);
        assertThat(closed).extracting(FlowRecord::proxy).containsExactly("");
    }

    @Test
    void a_flow_whose_target_is_forgotten_is_left_to_the_next_walk() {
        teller.seen(new FlowEvent.Opened(Instant.EPOCH, to(Optional.empty()), Optional.empty()), 1);
        assertThat(opened).isEmpty();
    }
}
