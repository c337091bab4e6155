package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.libbpf.Interfaces;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.model.Subscription;
import io.weir.stats.ConnectionFilter;
import io.weir.stats.Connections;
import io.weir.stats.EventSource;
import io.weir.stats.FlowEvent;
import io.weir.stats.FlowEvent.Closed;
import io.weir.stats.FlowEvent.Ending;
import io.weir.stats.FlowEvent.Opened;
import io.weir.stats.FlowStream;
import io.weir.stats.Names;
import io.weir.stats.RawEvent;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections of real stacks through the data path: client, balancer and target in namespaces of their own. */
@LabTest
class TrafficTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

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
        try (KernelDataplane dataplane = lab.inside("lb", () -> lab.open(mode, vip, target));
                FlowStream stream = new FlowStream(dataplane.events(), names(target), event -> {});
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
                assertThat(counts.active()).isEqualTo(1).isEqualTo(dataplane.flowsOn(1));
                assertThat(counts.syns()).isEqualTo(1);
                assertThat(counts.handshakes()).isEqualTo(1);
                assertThat(counts.packetsToTarget()).isGreaterThanOrEqualTo(3);
                assertThat(dataplane.counters().connections())
                        .isEqualTo(Map.of(new Counters.ProxyTarget(1, 1), new Counters.Connections(1, 1)));
                assertThat(dataplane.counters().tables().get("flows")).isEqualTo(new Counters.TableSize(2, 2000));
            }
            TrafficLab.await(
                    () -> dataplane.flowsOn(1) == 0 && dataplane.flows(10).isEmpty());
            Subscription<FlowEvent> events = stream.subscribe(10);
            stream.start(); // they have waited in the ring buffer
            Opened opened = (Opened) events.next(DEADLINE).orElseThrow();
            Closed closed = (Closed) events.next(DEADLINE).orElseThrow();
            assertThat(closed.connection()).isEqualTo(opened.connection());
            assertThat(closed.connection().vip()).isEqualTo(new Flow.Peer(IpAddress.parse(vip), 80));
            assertThat(closed.connection().proxy()).contains("proxy 1");
            assertThat(closed.connection().target()).contains(Endpoint.of(target, 8080));
            assertThat(closed.ending()).isEqualTo(Ending.FIN);
            assertThat(closed.totals().bytesToClient()).isPositive();
            assertThat(closed.time()).isBetween(opened.time(), Instant.now());
            assertThat(stream.lost()).isZero();
            assertThat(dataplane.counters().eventsLost()).isZero();
            assertThat(dataplane.counters().expiry().lost()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"10.0.1.1, 10.0.2.2", "2001:db8:1::1, 2001:db8:2::2"})
    void a_connection_that_an_operator_ends_is_counted_out_once_and_listed_no_more(String vip, String target)
            throws Exception {
        try (KernelDataplane dataplane = lab.inside("lb", () -> lab.open(XdpMode.NATIVE, vip, target));
                EventSource events = dataplane.events();
                ServerSocket server = lab.listen(target);
                TrafficLab.Conversation ended = lab.new Conversation(server, vip);
                TrafficLab.Conversation kept = lab.new Conversation(server, vip)) {
            ended.exchange(1);
            kept.exchange(2);
            Connections connections = new Connections(dataplane, names(target));
            List<Flow> both = dataplane.flows(10);
            assertThat(both).hasSize(2);
            dataplane.end(both.stream()
                    .filter(flow -> flow.client().port() == ended.clientPort())
                    .toList());
            assertThat(connections
                            .page(ConnectionFilter.ALL, Optional.empty(), 10)
                            .connections())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.flow().client().port()).isEqualTo(kept.clientPort()))
                    .satisfies(entry -> assertThat(entry.target()).contains(Endpoint.of(target, 8080)));
            assertThat(dataplane.counters().active(1)).isEqualTo(1);
            kept.exchange(3);
            assertThat(connections.end(ConnectionFilter.ALL)).isEqualTo(1);
            assertThat(dataplane.counters().active(1)).isZero();
            assertThat(connections.totals(ConnectionFilter.ALL).connections()).isZero();
            TrafficLab.await(() -> dataplane.counters().expiry().flows() == 0);
            assertThat(dataplane.counters().active(1)).isZero();
            assertThat(ends(events)).containsExactly(Ending.DELETED, Ending.DELETED);
        }
    }

    private static List<Ending> ends(EventSource events) {
        List<Ending> ends = new ArrayList<>();
        events.read(
                event -> {
                    if (event.what() instanceof RawEvent.End end) {
                        ends.add(end.ending());
                    }
                },
                1000);
        return ends;
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
                    assertThat(second.flowsOn(1)).isEqualTo(1);
                }
                try (KernelDataplane third =
                        lab.inside("lb", () -> TrafficLab.reopen(settings.withMaxConnections(20_000)))) {
                    conversation.exchange(4);
                    conversation.hangUp();
                    // Expiry finds what was copied, and counts it once.
                    TrafficLab.await(() -> third.flows(10).isEmpty() && third.flowsOn(1) == 0);
                    assertThat(third.counters().expiry().flows()).isZero();
                }
            }
        }
    }

    @Test
    void a_connection_goes_on_while_the_mode_of_xdp_changes() throws Exception {
        try (ServerSocket server = lab.listen("10.0.2.2");
                KernelDataplane dataplane = lab.inside("lb", () -> lab.open(XdpMode.GENERIC, "10.0.1.1", "10.0.2.2"));
                TrafficLab.Conversation conversation = lab.new Conversation(server, "10.0.1.1")) {
            AtomicBoolean over = new AtomicBoolean();
            // A packet that no program looked at would reach this host's own TCP, which resets what it does not know.
            CompletableFuture<Integer> talk = CompletableFuture.supplyAsync(() -> exchangeUntil(over, conversation));
            int front = lab.inside("lb", () -> Interfaces.index("front").orElseThrow());
            for (int change = 0; change < 10; change++) {
                XdpMode mode = change % 2 == 0 ? XdpMode.NATIVE : XdpMode.GENERIC;
                lab.inside("lb", () -> {
                    dataplane.apply(new Write.Attach("front", new Image.Hook(front, mode)));
                    assertThat(dataplane.read().hooks()).containsEntry("front", new Image.Hook(front, mode));
                    return mode;
                });
            }
            over.set(true);
            assertThat(talk.get(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isPositive();
        }
    }

    private static int exchangeUntil(AtomicBoolean over, TrafficLab.Conversation conversation) {
        try {
            int exchanges = 0;
            for (; !over.get(); exchanges++) {
                conversation.exchange(exchanges % 100);
            }
            return exchanges;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static Names names(String target) {
        return new Names() {
            @Override
            public Optional<String> proxy(int number) {
                return Optional.of("proxy " + number);
            }

            @Override
            public Optional<Endpoint> target(int index) {
                return index == 1 ? Optional.of(Endpoint.of(target, 8080)) : Optional.empty();
            }
        };
    }
}
