package io.weir.sim;

import io.weir.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Nodes, the network between them and the time they live in. Everything happens in one thread, one event after the other, and
 * is drawn from one seed: the same seed gives the same history. After each event every invariant is asked.
 */
public final class World {

    /** 2026, so that a clock that jumps back is still after 1970. */
    private static final long EPOCH = 1_770_000_000_000L;

    /** A peer that is gone is declared dead after so long, at the earliest and at the latest. */
    private static final int DEATH_AFTER_MS = 800;

    private static final int DEATH_UNTIL_MS = 3_000;

    private static final int JOIN_WITHIN_MS = 500;

    private final Random random;
    private final int tickMs;
    private final Map<NodeId, SimHost> hosts = new LinkedHashMap<>();
    private final Set<Pair> cut = new HashSet<>();
    private final PriorityQueue<Happening> future =
            new PriorityQueue<>(Comparator.comparingLong(Happening::at).thenComparingLong(Happening::number));
    private final List<Invariant> invariants = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private Faults faults = Faults.NONE;
    private boolean traced;
    private long time;
    private long numbers;
    private long steps;

    private record Happening(long at, long number, Runnable what) {}

    private record Invariant(String sentence, Supplier<Optional<String>> violation) {}

    /** @param random of the seed */
    public World(Random random, int tickMs) {
        this.random = random;
        this.tickMs = tickMs;
    }

    /** Milliseconds since the world began. */
    public long time() {
        return time;
    }

    /** Events so far. */
    public long steps() {
        return steps;
    }

    public Random random() {
        return random;
    }

    /** What has happened is kept, and told by who violates an invariant. */
    public World traced() {
        traced = true;
        return this;
    }

    public void note(Supplier<String> line) {
        if (traced) {
            trace.add(time + " " + line.get());
        }
    }

    public void faults(Faults other) {
        faults = other;
    }

    /** @param violation what contradicts the sentence, if anything does; asked after every event */
    public void always(String sentence, Supplier<Optional<String>> violation) {
        invariants.add(new Invariant(sentence, violation));
    }

    /** A node that starts at once; each start builds its process anew. */
    public void add(NodeId id, Function<Host, ? extends Process> program) {
        hosts.put(id, new SimHost(this, id, program));
        restart(id);
    }

    public Set<NodeId> all() {
        return new TreeSet<>(hosts.keySet());
    }

    public Set<NodeId> running() {
        Set<NodeId> running = new TreeSet<>();
        hosts.values().stream().filter(host -> host.process.isPresent()).forEach(host -> running.add(host.id()));
        return running;
    }

    /** That of the boot that runs; empty while the node is dead. */
    public Optional<Process> process(NodeId id) {
        return host(id).process;
    }

    /** Without a word to anybody. */
    public void kill(NodeId id) {
        note(() -> "kill " + id);
        SimHost host = host(id);
        host.stop();
        others(id).forEach(other -> other.lose(id));
    }

    /** With a goodbye to all that hear it. */
    public void leave(NodeId id) {
        note(() -> id + " says goodbye");
        host(id).stop();
        others(id).forEach(other -> other.bid(id));
    }

    /** Dead or not, it begins anew under its name. */
    public void restart(NodeId id) {
        note(() -> "start " + id);
        if (host(id).process.isPresent()) {
            kill(id);
        }
        host(id).start();
        others(id).filter(other -> !cut.contains(new Pair(id, other.id()))).forEach(other -> join(id, other.id()));
    }

    /** These on one side, all others on the other. */
    public void partition(Set<NodeId> side) {
        note(() -> "partition " + side);
        for (NodeId one : all()) {
            for (NodeId other : all()) {
                if (side.contains(one) && !side.contains(other) && cut.add(new Pair(one, other))) {
                    host(one).lose(other);
                    host(other).lose(one);
                }
            }
        }
    }

    /** Everybody reaches everybody. */
    public void heal() {
        note(() -> "heal");
        Set<Pair> mended = new HashSet<>(cut);
        cut.clear();
        mended.stream().sorted().forEach(pair -> join(pair.low(), pair.high()));
    }

    public void jump(NodeId id, long milliseconds) {
        note(() -> "clock of " + id + " jumps by " + milliseconds + " ms");
        host(id).wallOffset += milliseconds;
    }

    /** Something the test does, in so long. */
    public void in(long milliseconds, Runnable what) {
        future.add(new Happening(time + milliseconds, numbers++, what));
    }

    /** Until so much time has passed. */
    public void run(long milliseconds) {
        long end = time + milliseconds;
        while (!future.isEmpty() && future.peek().at() <= end) {
            Happening next = future.remove();
            time = next.at();
            next.what().run();
            steps++;
            check();
        }
        time = end;
    }

    /** All nodes run, all reach each other and nothing is lost any more, for so long. */
    public void quiet(long milliseconds) {
        note(() -> "quiet");
        faults = Faults.NONE;
        heal();
        all().stream().filter(id -> process(id).isEmpty()).forEach(this::restart);
        run(milliseconds);
    }

    private void check() {
        for (Invariant invariant : invariants) {
            invariant.violation().get().ifPresent(violation -> {
                throw new AssertionError("after " + steps + " steps, at " + time + " ms, it is not true that "
                        + invariant.sentence() + ": " + violation + history());
            });
        }
    }

    /** What led here, if it was traced. */
    public String history() {
        return trace.isEmpty() ? "" : "\n" + String.join("\n", trace);
    }

    private void join(NodeId one, NodeId other) {
        long bootOfOne = host(one).boot();
        long bootOfOther = host(other).boot();
        in(1 + random.nextInt(JOIN_WITHIN_MS), () -> {
            boolean bothLive = host(one).isBoot(bootOfOne) && host(other).isBoot(bootOfOther);
            if (bothLive && !cut.contains(new Pair(one, other)) && !host(one).isLinked(other)) {
                long session = numbers++;
                host(one).link(other, session);
                host(other).link(one, session);
            }
        });
    }

    private Stream<SimHost> others(NodeId id) {
        return hosts.values().stream().filter(host -> !host.id().equals(id) && host.process.isPresent());
    }

    SimHost host(NodeId id) {
        return Objects.requireNonNull(hosts.get(id), "no node " + id);
    }

    long delay() {
        return 1 + random.nextInt(faults.delayMs());
    }

    Faults faults() {
        return faults;
    }

    long deathAfter() {
        return DEATH_AFTER_MS + random.nextInt(DEATH_UNTIL_MS - DEATH_AFTER_MS);
    }

    int tickMs() {
        return tickMs;
    }

    long epoch() {
        return EPOCH;
    }

    /** To every other node that can be reached, each on its own. */
    void spread(NodeId from, byte[] frame) {
        for (SimHost to : others(from).toList()) {
            int copies = random.nextDouble() < faults.duplication() ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                if (!cut.contains(new Pair(from, to.id())) && random.nextDouble() >= faults.loss()) {
                    to.soon(delay(), process -> process.gossiped(frame.clone()));
                }
            }
        }
    }

    /** Two nodes, whichever is named first. */
    private record Pair(NodeId low, NodeId high) implements Comparable<Pair> {
        Pair {
            if (low.compareTo(high) > 0) {
                NodeId swapped = low;
                low = high;
                high = swapped;
            }
        }

        @Override
        public int compareTo(Pair other) {
            int byLow = low.compareTo(other.low);
            return byLow != 0 ? byLow : high.compareTo(other.high);
        }
    }
}
