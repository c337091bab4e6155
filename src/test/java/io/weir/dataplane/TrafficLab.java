package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.libbpf.Interfaces;
import io.weir.libbpf.NetworkNamespace;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.Namespaces;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Client, balancer and target in namespaces of their own, with the balancer's interfaces {@code front} and {@code back}. */
final class TrafficLab {

    static final String VIP = "10.0.1.1";
    static final String TARGET = "10.0.2.2";

    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final Settings.Timeouts SHORT = new Settings.Timeouts(
            Duration.ofSeconds(300), Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(1));

    private final Namespaces namespaces;
    private final Path pins;
    private final Settings settings;

    /** @param prefix of the names, as of {@link Namespaces} */
    TrafficLab(String prefix) {
        namespaces = new Namespaces(prefix);
        pins = Path.of(
                "/sys/fs/bpf/weirtest-" + prefix + "-" + ProcessHandle.current().pid());
        settings = Settings.DEFAULT.withPinPath(pins).withMaxConnections(1000);
        namespaces.make("client");
        namespaces.make("lb");
        namespaces.make("target");
        namespaces.connect("client", "eth0", "lb", "front");
        namespaces.connect("target", "eth0", "lb", "back");
        namespaces.in("lb", address("front", "1", "1") + address("back", "2", "1") + "true");
        namespaces.in("client", address("eth0", "1", "2") + routes("1"));
        namespaces.in("target", address("eth0", "2", "2") + routes("2"));
    }

    Path pins() {
        return pins;
    }

    Settings settings() {
        return settings;
    }

    /** Takes off what is attached and removes the namespaces. */
    void takeDown() throws Exception {
        inside("lb", () -> Detach.everythingUnder(pins));
        namespaces.close();
    }

    /** A data path with one proxy and one target, attached to both interfaces. */
    KernelDataplane open(XdpMode mode, String vip, String target) {
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

    /** What the next process does. */
    static KernelDataplane reopen(Settings settings) {
        return reopen(settings, Takeover.Steps.UNWATCHED);
    }

    static KernelDataplane reopen(Settings settings, Takeover.Steps steps) {
        return KernelDataplane.open(
                settings, new Loaded.How(ObjectFiles.shipped(), TcHook.Kind.ofKernel(), Set.of("front"), steps));
    }

    ServerSocket listen(String target) throws Exception {
        return inside("target", () -> {
            ServerSocket server = new ServerSocket();
            server.bind(new InetSocketAddress(target, 8080));
            return server;
        });
    }

    /** Both ends of a connection. */
    final class Conversation implements AutoCloseable {

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

        int clientPort() {
            return client.getLocalPort();
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

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the deadline of what is awaited").isLessThan(deadline);
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
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

    <T> T inside(String role, Callable<T> work) throws Exception {
        return NetworkNamespace.run(namespaces.path(role), work);
    }
}
