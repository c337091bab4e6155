package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections of real stacks through the data path: client, balancer and target in namespaces of their own. */
@LabTest
class TrafficTest {

    private final TrafficLab lab = new TrafficLab("tr");
    private final Settings settings = lab.settings();

    @AfterEach
    void cleanUp() throws Exception {
        lab.takeDown();
    }

    @ParameterizedTest
    @CsvSource({
        "TC, 10.0.1.1, 10.0.2.2",
        "TC, 2001:db8:1::1, 2001:db8:2::2",
        "NATIVE, 10.0.1.1, 10.0.2.2",
        "NATIVE, 2001:db8:1::1, 2001:db8:2::2",
        "GENERIC, 10.0.1.1, 10.0.2.2"
    })
    void a_connection_goes_to_the_target_and_is_seen_by_every_reader(XdpMode mode, String vip, String target)
            throws Exception {
        List<FlowEvent> events = new CopyOnWriteArrayList<>();
        try (KernelDataplane dataplane = lab.inside("lb", () -> lab.open(mode, vip, target));
                FlowEvents subscription = dataplane.events(events::add);
                ServerSocket server = lab.listen(target)) {
            try (TrafficLab.Conversation conversation = lab.new Conversation(server, vip)) {
                conversation.exchange(42);
                Flow flow = dataplane.flows(10).getFirst();
                assertThat(dataplane.flows(10)).hasSize(1);
                assertThat(flow.client().port()).isEqualTo(conversation.clientPort());
                assertThat(flow.vip()).isEqualTo(new Flow.Peer(IpAddress.parse(vip), 80));
                assertThat(flow.target()).isEqualTo(new Flow.Peer(IpAddress.parse(target), 8080));
                assertThat(flow.protocol()).isEqualTo(Protocol.TCP);
                assertThat(flow.state()).isEqualTo(Flow.State.ESTABLISHED);
                assertThat(flow.totals().orElseThrow().packetsToTarget()).isPositive();
                assertThat(flow.idle()).isLessThan(Duration.ofSeconds(60));
                Counters.TargetCounts counts = dataplane.counters().target(1);
                assertThat(counts.active()).isEqualTo(1).isEqualTo(dataplane.of(1));
                assertThat(counts.syns()).isEqualTo(1);
                assertThat(counts.handshakes()).isEqualTo(1);
                assertThat(counts.packetsToTarget()).isGreaterThanOrEqualTo(3);
                assertThat(dataplane.counters().connections()).isEqualTo(Map.of(new Counters.ProxyTarget(1, 1), 1L));
                assertThat(dataplane.counters().tables().get("flows")).isEqualTo(new Counters.TableSize(2, 2000));
            }
            TrafficLab.await(() -> dataplane.of(1) == 0 && dataplane.flows(10).isEmpty());
            TrafficLab.await(() -> events.size() == 2);
            assertThat(events)
                    .extracting(FlowEvent::type)
                    .containsExactly(FlowEvent.Type.OPENED, FlowEvent.Type.CLOSED);
            assertThat(events.getLast().vip()).isEqualTo(new Flow.Peer(IpAddress.parse(vip), 80));
            assertThat(events.getLast().totals().bytesToClient()).isPositive();
            assertThat(subscription).isNotNull();
            assertThat(dataplane.counters().eventsLost()).isZero();
            assertThat(dataplane.counters().expiry().lost()).isZero();
        }
    }

    @Test
    void a_connection_survives_another_process_and_another_table_size() throws Exception {
        try (ServerSocket server = lab.listen("10.0.2.2")) {
            KernelDataplane first = lab.inside("lb", () -> lab.open(XdpMode.NATIVE, "10.0.1.1", "10.0.2.2"));
            try (TrafficLab.Conversation conversation = lab.new Conversation(server, "10.0.1.1")) {
                conversation.exchange(1);
                first.close();
                conversation.exchange(2);
                try (KernelDataplane second =
                        lab.inside("lb", () -> TrafficLab.reopen(settings.withMaxConnections(3000)))) {
                    conversation.exchange(3);
                    assertThat(second.flows(10)).hasSize(1);
                    assertThat(second.of(1)).isEqualTo(1);
                }
                try (KernelDataplane third =
                        lab.inside("lb", () -> TrafficLab.reopen(settings.withMaxConnections(20_000)))) {
                    conversation.exchange(4);
                    conversation.hangUp();
                    // Expiry finds what was copied, and counts it once.
                    TrafficLab.await(() -> third.flows(10).isEmpty() && third.of(1) == 0);
                    assertThat(third.counters().expiry().flows()).isZero();
                }
            }
        }
    }
}
