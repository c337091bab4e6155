package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Node;
import io.weir.api.LoadBalancer;
import io.weir.lab.Site.Frames;
import io.weir.libbpf.NetworkNamespace;
import io.weir.model.Desired;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random changes by the Java API under traffic: proxies come and go, targets and weights change. Every answer is checked
 * against what the configuration allowed while the connection was opened, and open connections keep their server.
 */
@LabTest
class ChangeStormTest {

    private static final int SERVERS = 4;
    private static final int PORTS = 40;
    private static final int FIRST_PORT = 2000;
    private static final int CLIENTS = 6;
    private static final int KEPT = 4;
    private static final int QUESTIONS = 12;
    private static final int PATIENCE_MS = 10_000;
    private static final int FIRST_CLIENT_PORT = 10_000;
    private static final int CLIENT_PORTS = 50_000;

    @Test
    void no_connection_ever_finds_a_wrong_target_in_30_seconds_of_changes() throws Exception {
        storm(Duration.ofSeconds(30));
    }

    @Test
    @Tag("slow")
    void no_connection_ever_finds_a_wrong_target_in_ten_minutes_of_changes() throws Exception {
        storm(Duration.ofMinutes(10));
    }

    private static void storm(Duration length) throws Exception {
        long seed = new Random().nextLong();
        try (Site site = Site.twoArm(SERVERS, Frames.OFFLOADED)) {
            Desired nothing = new Desired(
                    List.of(), Settings.DEFAULT.withPinPath(site.lab().pins("storm")));
            Path namespace = Path.of("/run/netns", site.balancer().namespace());
            try (Node node = NetworkNamespace.run(namespace, () -> Node.start(nothing))) {
                new Storm(site, node.loadBalancer(), new Random(seed)).rage(length, seed);
            }
        }
    }

    /** Which servers a port may lead to: a bit each; 0: nobody listens. */
    private static final class Ledger {

        private final List<List<Integer>> history = new ArrayList<>();

        Ledger() {
            for (int port = 0; port < PORTS; port++) {
                history.add(new ArrayList<>(List.of(0)));
            }
        }

        /** Before the change is made, and before it is known to have been made, both may be found. */
        synchronized void change(int port, int servers) {
            history.get(port).add(servers);
        }

        /** How far the port's history has gone. */
        synchronized int now(int port) {
            return history.get(port).size() - 1;
        }

        /** All that was allowed from then on. */
        synchronized int allowedSince(int port, int then) {
            List<Integer> all = history.get(port);
            // The change before may have been announced, but not made yet, when the connection was opened.
            return all.subList(Math.max(0, then - 1), all.size()).stream().reduce(0, (a, b) -> a | b);
        }

        /** Whether somebody listened all the time from then on. */
        synchronized boolean alwaysOpenSince(int port, int then) {
            List<Integer> all = history.get(port);
            return all.subList(Math.max(0, then - 1), all.size()).stream().allMatch(servers -> servers != 0);
        }

        synchronized int allowed(int port) {
            return history.get(port).getLast();
        }
    }

    private static final class Storm {

        private final Site site;
        private final LoadBalancer balancer;
        private final Random random;
        private final Ledger ledger = new Ledger();
        private final AtomicInteger ports = new AtomicInteger();
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong connections = new AtomicLong();
        private final AtomicLong answers = new AtomicLong();
        private final AtomicLong refused = new AtomicLong();

        Storm(Site site, LoadBalancer balancer, Random random) {
            this.site = site;
            this.balancer = balancer;
            this.random = random;
        }

        void rage(Duration length, long seed) throws Exception {
            int changes = 0;
            try (ExecutorService threads =
                    Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
                List<Future<?>> clients = new ArrayList<>();
                try {
                    for (int i = 0; i < CLIENTS; i++) {
                        Random own = new Random(seed + i);
                        clients.add(threads.submit(() -> visit(own)));
                    }
                    long end = System.nanoTime() + length.toNanos();
                    while (System.nanoTime() < end && clients.stream().noneMatch(Future::isDone)) {
                        change(random.nextInt(PORTS));
                        changes++;
                    }
                } finally {
                    over.set(true);
                }
                for (Future<?> client : clients) {
                    client.get();
                }
            }
            Proof.say(
                    "storm of seed %d: %d changes under %d connections, %d answers, none wrong; %d times nobody listened",
                    seed, changes, connections.get(), answers.get(), refused.get());
            assertThat(connections.get()).isGreaterThan(100);
            assertThat(changes).isGreaterThan(100);
        }

        /** One change by the API, which returns when the data path has it. */
        private void change(int port) {
            String name = "proxy-" + port;
            int before = ledger.allowed(port);
            int[] weights = weights();
            int servers = 0;
            for (int i = 0; i < SERVERS; i++) {
                servers |= weights[i] > 0 ? 1 << i : 0;
            }
            Group group = Site.group(site::serverV4, weights);
            if (before == 0) {
                ledger.change(port, servers);
                balancer.proxies().add(proxy(name, port, group));
            } else if (random.nextInt(4) == 0) {
                ledger.change(port, 0);
                balancer.proxies().remove(name);
            } else {
                ledger.change(port, servers);
                balancer.proxies().replaceTargets(name, group);
            }
        }

        private static Proxy proxy(String name, int port, Group group) {
            return Site.proxy(name, Site.listen(Optional.of(Site.VIP_V4), FIRST_PORT + port), group);
        }

        /** Some servers, shares that sum to 100. */
        private int[] weights() {
            int[] weights = new int[SERVERS];
            int chosen = 1 + random.nextInt((1 << SERVERS) - 1);
            int left = 100;
            int more = Integer.bitCount(chosen);
            for (int i = 0; i < SERVERS; i++) {
                if ((chosen & 1 << i) != 0) {
                    weights[i] = --more == 0 ? left : 1 + random.nextInt(left - more);
                    left -= weights[i];
                }
            }
            return weights;
        }

        /** A client that opens connections, keeps some, and asks all of them. */
        private Void visit(Random own) throws IOException {
            List<Conversation> kept = new ArrayList<>();
            List<String> servers = new ArrayList<>();
            while (!over.get()) {
                open(own.nextInt(PORTS), kept, servers);
                for (int i = 0; i < kept.size(); i++) {
                    assertThat(kept.get(i).ask()).as("an open connection").isEqualTo(servers.get(i));
                    answers.incrementAndGet();
                }
                if (kept.size() > KEPT || own.nextInt(QUESTIONS) == 0 && !kept.isEmpty()) {
                    int which = own.nextInt(kept.size());
                    kept.remove(which).close();
                    servers.remove(which);
                }
            }
            kept.forEach(Conversation::close);
            return null;
        }

        /**
         * A port no other connection has. The kernel gives one port to connections to several of our listeners, which
         * would be the same connection to a server that is behind both.
         */
        private InetSocketAddress nextPort() {
            return new InetSocketAddress(FIRST_CLIENT_PORT + ports.getAndIncrement() % CLIENT_PORTS);
        }

        private void open(int port, List<Conversation> kept, List<String> servers) throws IOException {
            int then = ledger.now(port);
            Conversation conversation;
            try {
                conversation = Conversation.tcp(site.client(), nextPort(), Site.VIP_V4, FIRST_PORT + port, PATIENCE_MS);
            } catch (java.net.ConnectException nobody) {
                assertThat(ledger.alwaysOpenSince(port, then))
                        .as("port %d was listened on throughout", port)
                        .isFalse();
                refused.incrementAndGet();
                return;
            }
            connections.incrementAndGet();
            String server = conversation.ask();
            int bit = 1 << Integer.parseInt(server.substring("web".length())) - 1;
            assertThat(ledger.allowedSince(port, then) & bit)
                    .as("%s answered at port %d", server, port)
                    .isNotZero();
            answers.incrementAndGet();
            kept.add(conversation);
            servers.add(server);
        }
    }
}
