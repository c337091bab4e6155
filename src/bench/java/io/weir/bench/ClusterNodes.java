package io.weir.bench;

import io.weir.cluster.Fabric;
import io.weir.cluster.Membership;
import io.weir.lab.Await;
import io.weir.model.Cluster.Detection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** What a cluster takes to come together, to notice a death and to stand idle, and what goes over its sealed links. */
final class ClusterNodes implements Part {

    private static final String WEIR = "weir";
    private static final Detection FASTER = new Detection(Duration.ofMillis(500), Duration.ofMillis(250), 3, 3);

    /** Each of two others is pinged every second interval; then a ping, asking others, and the suspicion of three nodes. */
    private static final int INTERVALS_TO_DEATH = 2 + 1 + 3 * 2;

    /** Ethernet, IP and TCP with timestamps, of a segment and of what acknowledges it. */
    private static final int HEADERS = 2 * 66;

    private static final int IDLE_NODES = 5;
    private static final int SETTLING_SECONDS = 3;

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public String method() {
        return "Nodes of one process on loopback addresses, with a keyring. Idle traffic: what members send each other, " + HEADERS
                + " bytes of headers added to each segment; whole nodes share facts, with a drain that goes on, and connections,"
                + " of which there are none. Sealed"
                + " links: two ends in a process of their own, once with the program's JVM options.";
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        join(effort, rows);
        death("default settings", Detection.DEFAULT, effort, rows);
        death("ping 500 ms, timeout 250 ms", FASTER, effort, rows);
        idle("membership alone", false, effort, rows);
        idle("with facts and connections shared", true, effort, rows);
        sealed(effort, rows);
    }

    private static void join(Effort effort, Consumer<Row> rows) throws IOException {
        double[] millis = new double[effort.rounds()];
        for (int round = 0; round < millis.length; round++) {
            try (Fabric fabric = new Fabric(3)) {
                long begin = System.nanoTime();
                start(fabric, 3, Detection.DEFAULT);
                Await.until("three nodes have joined", () -> fabric.agree(1, 2, 3));
                millis[round] = millis(begin);
            }
        }
        Row row = Row.of("three nodes join", "ms", WEIR, millis);
        rows.accept(row.with(Goal.atMost("the slowest", row.of(WEIR).max(), 3000)));
    }

    private static void start(Fabric fabric, int nodes, Detection detection) {
        for (int i = 1; i <= nodes; i++) {
            fabric.start(i, Fabric.name(i), Fabric.KEYS, detection);
        }
    }

    private static void death(String how, Detection detection, Effort effort, Consumer<Row> rows) throws IOException {
        double[] seconds = new double[effort.bulkRounds()];
        for (int round = 0; round < seconds.length; round++) {
            try (Fabric fabric = new Fabric(3)) {
                start(fabric, 3, detection);
                Await.until("three nodes have joined", () -> fabric.agree(1, 2, 3));
                long begin = System.nanoTime();
                fabric.kill(3);
                Await.until("both others know that it is dead", () -> fabric.agree(1, 2));
                seconds[round] = millis(begin) / 1e3;
            }
        }
        double bound = INTERVALS_TO_DEATH * detection.pingInterval().toMillis() / 1e3;
        Row row = Row.of("a kill is known to all of three, " + how, "s", WEIR, seconds);
        rows.accept(row.with(Goal.atMost("the slowest", row.of(WEIR).max(), bound)));
    }

    private static void idle(String what, boolean whole, Effort effort, Consumer<Row> rows)
            throws IOException, InterruptedException {
        List<SharingNode> nodes = new ArrayList<>();
        try (Fabric fabric = new Fabric(IDLE_NODES)) {
            for (int i = 1; i <= IDLE_NODES; i++) {
                Membership membership = fabric.start(i, Fabric.name(i), Fabric.KEYS, Detection.DEFAULT);
                if (whole) {
                    nodes.add(new SharingNode(membership));
                }
            }
            int[] all = IntStream.rangeClosed(1, IDLE_NODES).toArray();
            Await.until("all have joined", () -> fabric.agree(all));
            if (whole) {
                nodes.getFirst().drain();
                Await.until("all is known to all", () -> nodes.stream().allMatch(node -> node.isInSync(IDLE_NODES - 1)));
            }
            TimeUnit.SECONDS.sleep(SETTLING_SECONDS);
            double[] kilobytes = new double[effort.trafficRounds()];
            for (int round = 0; round < kilobytes.length; round++) {
                long before = fabric.bytesWith(HEADERS);
                long begin = System.nanoTime();
                TimeUnit.SECONDS.sleep(2L * effort.loadSeconds());
                kilobytes[round] = (fabric.bytesWith(HEADERS) - before) / millis(begin) / IDLE_NODES;
            }
            Row row = Row.of("idle traffic of five nodes, " + what, "KB/s a node", WEIR, kilobytes);
            rows.accept(row.with(Goal.atMost("sent", row.median(WEIR), 20)));
        } finally {
            nodes.forEach(SharingNode::close);
        }
    }

    private static void sealed(Effort effort, Consumer<Row> rows) throws Exception {
        Map<String, List<String>> machines = Map.of("all compilers", List.of(), "as weir runs", List.of("-XX:TieredStopAtLevel=1"));
        for (String machine : List.of("as weir runs", "all compilers")) {
            List<String> said = SealedLinks.inProcess(machines.get(machine), effort.loadSeconds());
            rows.accept(Row.of("sealed frames of 64 KB, " + machine, "MB/s", WEIR, numbers(said.get(0))));
            rows.accept(Row.of("sealed messages of 100 bytes, " + machine, "k/s", WEIR, numbers(said.get(1))));
        }
    }

    private static double[] numbers(String line) {
        List<Double> numbers = new ArrayList<>();
        for (String number : line.trim().split(" ")) {
            numbers.add(Double.parseDouble(number));
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double millis(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }
}
