package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.LoadBalancer;
import io.weir.dataplane.PinnedDataplane;
import io.weir.lab.Site.Frames;
import io.weir.libbpf.NetworkNamespace;
import io.weir.model.Desired;
import io.weir.model.Settings;
import io.weir.testing.LabTest;
import io.weir.testing.Seed;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random actions of an operator by the Java API under traffic: proxies come and go, targets and weights change, targets are
 * drained, declared down, cut off and let back, whole configurations are replaced. Every answer is checked against what was
 * allowed while the connection was opened, and open connections keep their server.
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

    /** So few that a port is used again, for another listener, while the data path still knows its last flow. */
    private static final int CLIENT_PORTS = 2_000;

    @Test
    void no_connection_ever_finds_a_wrong_target_in_20_seconds_of_changes() throws Exception {
        storm(Duration.ofSeconds(20));
    }

    @Test
    @Tag("slow")
    void no_connection_ever_finds_a_wrong_target_in_ten_minutes_of_changes() throws Exception {
        storm(Duration.ofMinutes(10));
    }

    private static void storm(Duration length) throws Exception {
        long seed = Seed.pick();
        try (Site site = Site.twoArm(SERVERS, Frames.OFFLOADED)) {
            Path pins = site.lab().pins("storm");
            Desired nothing = new Desired(List.of(), Settings.DEFAULT.withPinPath(pins));
            Path namespace = Path.of("/run/netns", site.balancer().namespace());
            try (LoadBalancer balancer = NetworkNamespace.run(namespace, () -> LoadBalancer.start(nothing))) {
                new Storm(site, pins, balancer, Seed.random(seed)).rage(length, seed);
            }
        }
    }

    private static final class Storm {

        private final Site site;
        private final Path pins;
        private final Operator operator;
        private final StormLedger ledger = new StormLedger(PORTS);
        private final Queue<Integer> freePorts = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong connections = new AtomicLong();
        private final AtomicLong answers = new AtomicLong();
        private final AtomicLong refused = new AtomicLong();

        Storm(Site site, Path pins, LoadBalancer balancer, Random random) {
            this.site = site;
            this.pins = pins;
            this.operator = new Operator(site, balancer, ledger, random, SERVERS, FIRST_PORT, PORTS);
            for (int i = 0; i < CLIENT_PORTS; i++) {
                freePorts.add(FIRST_CLIENT_PORT + i);
            }
        }

        void rage(Duration length, long seed) throws Exception {
            try (ExecutorService threads =
                    Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
                List<Future<?>> clients = new ArrayList<>();
                try {
                    for (int i = 0; i < CLIENTS; i++) {
                        Random own = Seed.random(seed + 1 + i);
                        clients.add(threads.submit(() -> visit(own)));
                    }
                    long end = System.nanoTime() + length.toNanos();
                    while (System.nanoTime() < end && clients.stream().noneMatch(Future::isDone)) {
                        operator.act();
                    }
                } finally {
                    over.set(true);
                }
                for (Future<?> client : clients) {
                    client.get();
                }
            } catch (ExecutionException failed) {
                throw new AssertionError(
                        Seed.replay(seed) + ", after " + operator.times() + " changes", failed.getCause());
            }
            Proof.say(
                    "storm of seed %d: %d changes %s under %d connections, %d answers, none wrong; %d times nobody listened",
                    seed, operator.times(), operator.done(), connections.get(), answers.get(), refused.get());
            assertThat(connections.get()).isGreaterThan(100);
            assertThat(operator.times()).isGreaterThan(100);
            assertThat(operator.done()).containsOnlyKeys(Operator.Action.values());
        }

        /** A client that opens connections, keeps some, and asks all of them. */
        private Void visit(Random own) throws IOException {
            List<Visit> kept = new ArrayList<>();
            while (!over.get()) {
                open(own.nextInt(PORTS)).ifPresent(kept::add);
                for (Visit visit : kept) {
                    assertThat(ask(visit.conversation, visit.port, visit.clientPort, visit.then))
                            .as("an open connection")
                            .isEqualTo(visit.server);
                }
                if (kept.size() > KEPT || own.nextInt(QUESTIONS) == 0 && !kept.isEmpty()) {
                    close(kept.remove(own.nextInt(kept.size())));
                }
            }
            kept.forEach(this::close);
            return null;
        }

        private void close(Visit visit) {
            visit.conversation.close();
            freePorts.add(visit.clientPort);
        }

        /**
         * From a port that no other open connection has. The kernel gives one port to connections to several of our
         * listeners, which would be the same connection to a server that is behind both.
         */
        private Optional<Visit> open(int port) throws IOException {
            int then = ledger.now(port);
            int clientPort = Objects.requireNonNull(freePorts.poll(), "no free port");
            Conversation conversation;
            try {
                conversation = Conversation.tcp(
                        site.client(), new InetSocketAddress(clientPort), Site.VIP_V4, FIRST_PORT + port, PATIENCE_MS);
            } catch (ConnectException nobody) {
                if (ledger.alwaysOpenSince(port, then)) {
                    throw new IOException("it was listened on throughout; " + evidence(port, clientPort, then), nobody);
                }
                refused.incrementAndGet();
                freePorts.add(clientPort);
                return Optional.empty();
            } catch (IOException failed) {
                throw new IOException(evidence(port, clientPort, then), failed);
            }
            connections.incrementAndGet();
            String server = ask(conversation, port, clientPort, then);
            int bit = 1 << Integer.parseInt(server.substring("web".length())) - 1;
            assertThat(ledger.allowedSince(port, then) & bit)
                    .as("%s answered at port %d", server, port)
                    .isNotZero();
            return Optional.of(new Visit(conversation, port, clientPort, then, server));
        }

        private String ask(Conversation conversation, int port, int clientPort, int then) throws IOException {
            try {
                String server = conversation.ask();
                answers.incrementAndGet();
                return server;
            } catch (IOException failed) {
                throw new IOException(evidence(port, clientPort, then), failed);
            }
        }

        /** All that is known of a connection that did not come about, or broke. */
        private String evidence(int port, int clientPort, int then) {
            StringBuilder text = new StringBuilder("from port %d to port %d; servers allowed since: %s"
                    .formatted(clientPort, FIRST_PORT + port, Integer.toBinaryString(ledger.allowedSince(port, then))));
            try (PinnedDataplane dataplane = PinnedDataplane.open(pins).orElseThrow()) {
                text.append("\nverdicts ").append(dataplane.counters().verdicts());
                text.append("\ntables ").append(dataplane.counters().tables());
                dataplane.flows(_ -> true, Integer.MAX_VALUE).stream()
                        .filter(flow -> flow.client().port() == clientPort)
                        .forEach(flow -> text.append("\n").append(flow));
            }
            String sockets = "ss -Htan | grep ':" + clientPort + " ' || true";
            text.append("\nclient's sockets\n").append(site.client().run(sockets));
            for (int i = 1; i <= SERVERS; i++) {
                text.append(Site.name(i))
                        .append("'s\n")
                        .append(site.serverHost(i).run(sockets));
            }
            return text.toString();
        }
    }

    /**
     * An open connection.
     *
     * @param port the listener's, from 0
     * @param then how far the port's history was when it was opened
     */
    private record Visit(Conversation conversation, int port, int clientPort, int then, String server) {}
}
