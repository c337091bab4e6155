package io.weir.bench;

import io.weir.dataplane.OwnFlowTable;
import io.weir.dataplane.ShadowTable;
import io.weir.flow.FlowRecord;
import io.weir.flow.OwnFlows;
import io.weir.flow.PeerLink;
import io.weir.flow.ReplicationStatus;
import io.weir.flow.ReplicationThread;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Flows from one node's kernel into another's: how fast all of them, and how late each. */
final class Sync implements Part {

    private static final int FLOWS = 1_000_000;

    /** As the reader of the data path's events looks. */
    private static final long LOOK_NANOS = 2_000_000;

    private static final NodeId ONE = new NodeId("lb-1");
    private static final NodeId TWO = new NodeId("lb-2");
    private static final String NODE = "weir";
    private static final Map<Integer, String> PROXIES = Map.of(0, "web");
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

    @Override
    public String name() {
        return "sync";
    }

    @Override
    public String method() {
        return "two nodes in this process, each with tables of its own in the kernel, and a queue of frames each way instead of"
                + " a network. Lag: from an event's moment, found at the next look of a reader every 2 ms, until the peer has"
                + " said that the flow is in its kernel.";
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        try (Router router = new Router()) {
            router.inside(Router.BALANCER, () -> {
                try (Driver driver = new Driver();
                        WeirTables one = WeirTables.withPeers(FLOWS, router.wire(driver));
                        WeirTables two = WeirTables.withPeers(FLOWS, router.wire(driver))) {
                    lags(one, two, effort, rows);
                    one.installFlows(Addresses.V4, FLOWS, driver.jiffies());
                    all(one, two, effort, rows);
                }
                return true;
            });
        }
    }

    /** Two nodes that know each other. */
    private static final class Pair implements AutoCloseable {
        private final ShadowTable shadowsOfOne;
        private final ShadowTable shadowsOfTwo;
        private final ReplicationThread one;
        private final ReplicationThread two;
        private final Pipe there;
        private final Pipe back;
        private int opened;

        Pair(WeirTables tablesOfOne, WeirTables tablesOfTwo) {
            shadowsOfOne = tablesOfOne.shadows(PROXIES);
            shadowsOfTwo = tablesOfTwo.shadows(PROXIES);
            shadowsOfOne.forget(TWO); // what an earlier pair has left
            shadowsOfTwo.forget(ONE);
            one = start(ONE, tablesOfOne.ownFlows(PROXIES), shadowsOfOne);
            two = start(TWO, tablesOfTwo.ownFlows(PROXIES), shadowsOfTwo);
            there = new Pipe(ONE, TWO, two);
            back = new Pipe(TWO, ONE, one);
        }

        private static ReplicationThread start(NodeId id, OwnFlows own, ShadowTable shadows) {
            return ReplicationThread.start(id, own, shadows, Duration.ofSeconds(10));
        }

        void link() {
            one.up(there);
            two.up(back);
        }

        boolean isTold(NodeId peer, ReplicationThread node) {
            ReplicationStatus.Peer status = node.status().peers().get(peer);
            return status != null && status.told() && status.inSync();
        }

        void await(String what, BooleanSupplier condition) {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("waited in vain until " + what + ": " + one.status() + " " + two.status());
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }

        /** New connections at this rate, each told when the reader looks next. */
        void open(int perSecond, BooleanSupplier enough) {
            long pause = 1_000_000_000L / perSecond;
            long next = System.nanoTime();
            while (!enough.getAsBoolean()) {
                LockSupport.parkNanos(LOOK_NANOS);
                for (long now = System.nanoTime(); next <= now; next += pause) {
                    one.opened(flow(opened++), next);
                }
            }
        }

        @Override
        public void close() {
            there.close();
            back.close();
            one.close();
            two.close();
            shadowsOfOne.close();
            shadowsOfTwo.close();
        }
    }

    /** Frames in order, taken out by a thread of its own. */
    private static final class Pipe implements PeerLink, AutoCloseable {
        private final NodeId to;
        private final BlockingQueue<byte[]> frames = new ArrayBlockingQueue<>(64);
        private final Thread thread;
        private volatile boolean closed;

        Pipe(NodeId from, NodeId to, ReplicationThread node) {
            this.to = to;
            this.thread = Thread.ofPlatform().daemon().start(() -> {
                while (!closed) {
                    try {
                        byte[] frame = frames.poll(50, TimeUnit.MILLISECONDS);
                        if (frame != null) {
                            node.frame(from, frame);
                        }
                    } catch (InterruptedException ended) {
                        return;
                    }
                }
            });
        }

        @Override
        public NodeId peer() {
            return to;
        }

        @Override
        public boolean offer(byte[] frame) {
            return frames.offer(frame);
        }

        @Override
        public void close() {
            closed = true;
            thread.interrupt();
        }
    }

    private static FlowRecord flow(int number) {
        return new FlowRecord(
                Protocol.TCP,
                new Flow.Peer(new IpAddress(IpAddress.Family.V4, 0, 0x0b000000L + number / 50_000), 1024 + number % 50_000),
                new Flow.Peer(IpAddress.ofBytes(Addresses.V4.vip()), Addresses.VIP_PORT),
                new Endpoint(IpAddress.ofBytes(Addresses.V4.target()), Optional.empty(), Addresses.TARGET_PORT),
                "web",
                Duration.ZERO,
                Duration.ZERO);
    }

    private static void lags(WeirTables one, WeirTables two, Effort effort, Consumer<Row> rows) {
        for (int perSecond : new int[] {50, 10_000}) {
            try (Pair pair = new Pair(one, two)) {
                pair.link();
                pair.await("both are in sync", () -> pair.isTold(TWO, pair.one) && pair.isTold(ONE, pair.two));
                pair.open(perSecond, until(Duration.ofSeconds(1))); // until it is compiled
                long end = System.nanoTime() + Duration.ofSeconds(10L * effort.loadSeconds()).toNanos();
                pair.open(perSecond, () -> System.nanoTime() > end);
                pair.await("all is acknowledged", () -> pair.one.status().unprotected() == 0);
                ReplicationStatus status = pair.one.status();
                rows.accept(Row.of("lag at " + perSecond + " connections/s, median", "ms", NODE, millis(status.lagMedian())));
                Row row = Row.of("lag at " + perSecond + " connections/s, 99 of 100", "ms", NODE, millis(status.lag99()));
                rows.accept(row.with(Goal.atMost(NODE, row.median(NODE), perSecond == 50 ? 10 : 100)));
            }
        }
    }

    private static BooleanSupplier until(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        return () -> System.nanoTime() > end;
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    private static void all(WeirTables one, WeirTables two, Effort effort, Consumer<Row> rows) {
        double[] seconds = new double[effort.bulkRounds()];
        double[] megabytes = new double[seconds.length];
        double[] lags = new double[seconds.length];
        for (int round = 0; round < seconds.length; round++) {
            double before = usedMegabytes();
            try (Pair pair = new Pair(one, two)) {
                long start = System.nanoTime();
                pair.link();
                pair.open(1_000, () -> pair.isTold(TWO, pair.one) && pair.isTold(ONE, pair.two));
                seconds[round] = (System.nanoTime() - start) / 1e9;
                if (pair.shadowsOfTwo.size() < FLOWS) {
                    throw new IllegalStateException("only " + pair.shadowsOfTwo.size() + " flows are held");
                }
                lags[round] = millis(pair.one.status().lag99());
                megabytes[round] = usedMegabytes() - before;
            }
        }
        Row told = Row.of(FLOWS + " flows to a new peer, at 1,000 new connections/s", "s", NODE, seconds);
        rows.accept(told.with(Goal.atMost(NODE, told.median(NODE), 15)));
        rows.accept(Row.of("lag meanwhile, 99 of 100", "ms", NODE, lags));
        Row heap = Row.of("heap of both nodes then", "MB", NODE, megabytes);
        rows.accept(heap.with(Goal.atMost("both", heap.median(NODE), 64)));
    }

    /** After all that is not used has been collected. */
    private static double usedMegabytes() {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
    }
}
