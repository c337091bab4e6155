package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.libbpf.Interfaces;
import io.weir.libbpf.NetworkNamespace;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import io.weir.testing.Namespaces;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections of real stacks through the data path: client, balancer and target in namespaces of their own. */
@LabTest
class TrafficTest {

    private static final Settings.Timeouts SHORT = new Settings.Timeouts(
            Duration.ofSeconds(300), Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(1));

    private final Namespaces namespaces = new Namespaces("tr");
    private final Path pins =
            Path.of("/sys/fs/bpf/weirtest-tr-" + ProcessHandle.current().pid());
    private final Settings settings = Settings.DEFAULT.withPinPath(pins).withMaxConnections(1000);

    @BeforeEach
    void prepare() {
        namespaces.make("client");
        namespaces.make("lb");
        namespaces.make("target");
        namespaces.connect("client", "eth0", "lb", "front");
        namespaces.connect("target", "eth0", "lb", "back");
        namespaces.in("lb", address("front", "1", "1") + address("back", "2", "1") + "true");
        namespaces.in("client", address("eth0", "1", "2") + routes("1"));
        namespaces.in("target", address("eth0", "2", "2") + routes("2"));
    }

    @AfterEach
    void cleanUp() throws Exception {
        inside("lb", () -> Detach.everythingUnder(pins));
        namespaces.close();
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
        try (KernelDataplane dataplane = inside("lb", () -> open(mode, vip, target));
                FlowEvents subscription = dataplane.events(events::add);
                ServerSocket server = listen(target)) {
            try (Conversation conversation = new Conversation(server, vip)) {
                conversation.exchange(42);
                Flow flow = dataplane.flows(10).getFirst();
                assertThat(dataplane.flows(10)).hasSize(1);
                assertThat(flow.client().port()).isEqualTo(conversation.client.getLocalPort());
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
            await(() -> dataplane.of(1) == 0 && dataplane.flows(10).isEmpty());
            await(() -> events.size() == 2);
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
        try (ServerSocket server = listen("10.0.2.2")) {
            KernelDataplane first = inside("lb", () -> open(XdpMode.NATIVE, "10.0.1.1", "10.0.2.2"));
            try (Conversation conversation = new Conversation(server, "10.0.1.1")) {
                conversation.exchange(1);
                first.close();
                conversation.exchange(2);
                try (KernelDataplane second = inside("lb", () -> reopen(settings.withMaxConnections(3000)))) {
                    conversation.exchange(3);
                    assertThat(second.flows(10)).hasSize(1);
                    assertThat(second.of(1)).isEqualTo(1);
                }
                try (KernelDataplane third = inside("lb", () -> reopen(settings.withMaxConnections(20_000)))) {
                    conversation.exchange(4);
                    conversation.hangUp();
                    // Expiry finds what was copied, and counts it once.
                    await(() -> third.flows(10).isEmpty() && third.of(1) == 0);
                    assertThat(third.counters().expiry().flows()).isZero();
                }
            }
        }
    }

    private KernelDataplane open(XdpMode mode, String vip, String target) {
        KernelDataplane dataplane = reopen(settings);
        IpAddress.Family family = IpAddress.parse(vip).family();
        Image.Slice slice = new Image.Slice(8, 2);
        dataplane.apply(new Write.PutParameters(new Image.Parameters(SHORT, true, true, 0)));
        dataplane.apply(new Write.PutTarget(1, Endpoint.of(target, 8080)));
        dataplane.apply(new Write.PutSlots(slice, Image.Slots.of(1, 1)));
        dataplane.apply(new Write.PutGroup(new Image.GroupKey(1, family), slice));
        dataplane.apply(new Write.PutPort(80, 1));
        dataplane.apply(new Write.PutPort(8080, 4));
        dataplane.apply(new Write.PutService(
                new Image.ServiceKey(Optional.of(IpAddress.parse(vip)), 0, 80, Protocol.TCP),
                new Image.Service(1, 1, Set.of())));
        for (String name : List.of("front", "back")) {
            int index = Interfaces.index(name).orElseThrow();
            dataplane.apply(new Write.Attach(name, new Image.Hook(index, mode)));
        }
        return dataplane;
    }

    private static KernelDataplane reopen(Settings settings) {
        return KernelDataplane.open(settings, ObjectFiles.shipped());
    }

    private ServerSocket listen(String target) throws Exception {
        return inside("target", () -> {
            ServerSocket server = new ServerSocket();
            server.bind(new InetSocketAddress(target, 8080));
            return server;
        });
    }

    /** Both ends of a connection. */
    private final class Conversation implements AutoCloseable {

        private final Socket client;
        private final Socket server;

        Conversation(ServerSocket listening, String vip) throws Exception {
            listening.setSoTimeout(10_000);
            this.client = inside("client", () -> {
                Socket socket = new Socket();
                socket.connect(new InetSocketAddress(vip, 80), 10_000);
                return socket;
            });
            this.server = listening.accept();
            client.setSoTimeout(10_000);
            server.setSoTimeout(10_000);
            assertThat(server.getInetAddress()).isEqualTo(client.getLocalAddress());
        }

        /** One byte each way. */
        void exchange(int value) throws IOException {
            client.getOutputStream().write(value);
            assertThat(server.getInputStream().read()).isEqualTo(value);
            server.getOutputStream().write(value + 100);
            assertThat(client.getInputStream().read()).isEqualTo(value + 100);
        }

        void hangUp() throws IOException {
            client.close();
            server.close();
        }

        @Override
        public void close() throws IOException {
            hangUp();
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the deadline of what is awaited").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static String address(String device, String network, String host) {
        return "ip address add 10.0." + network + "." + host + "/24 dev " + device + "; ip address add 2001:db8:"
                + network + "::" + host + "/64 dev " + device + " nodad; ";
    }

    private static String routes(String network) {
        return "ip route add default via 10.0." + network + ".1; ip -6 route add default via 2001:db8:" + network
                + "::1";
    }

    private <T> T inside(String role, Callable<T> work) throws Exception {
        return NetworkNamespace.run(namespaces.path(role), work);
    }
}
