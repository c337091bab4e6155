package io.weir.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * When things that repeat are due. Each has times of its own, {@code start + phase + k × interval}, which do not drift with
 * how long it takes; the phases of many are spread evenly over their intervals, from a random beginning, so that neither
 * they nor the nodes of a cluster meet; on top of that each time may be moved at random by a share of its interval. The
 * first time comes earlier than its phase says: what nobody knows yet should be known soon. Nothing is due while it is still
 * under way, and times that were slept through are not made up for.
 *
 * <p>Of one thread; times are nanoseconds of any clock that does not jump.
 */
final class Schedule<K> {

    /** The first round takes at least this long, ... */
    private static final Duration FIRST_ROUND = Duration.ofSeconds(1);

    /** ... and longer when there are so many that it would be more than 2,000 a second. */
    private static final Duration APART_AT_LEAST = Duration.ofNanos(500_000);

    /** Its multiples, taken modulo 1, are as evenly spread as any sequence whose length is not known. */
    private static final double GOLDEN_RATIO = 0.618_033_988_749_894_9;

    private final Map<K, Entry<K>> entries = new HashMap<>();
    private final PriorityQueue<Entry<K>> queue = new PriorityQueue<>((a, b) -> Long.compare(a.due, b.due));
    private final RandomGenerator random;
    private final double jitter;
    private double phase;

    /** @param jitter how far a time may be moved, either way, in intervals; 0: not at all; below 0.5 */
    Schedule(RandomGenerator random, double jitter) {
        this.random = random;
        this.jitter = jitter;
        phase = random.nextDouble();
    }

    private static final class Entry<K> {
        private final K key;
        private final long interval;
        private long due;
        private long grid;
        private boolean underWay;
        private boolean dropped;

        Entry(K key, long interval) {
            this.key = key;
            this.interval = interval;
        }
    }

    /** Takes in what is new, lets go of what is not wanted any more; what has the same interval keeps its times. */
    void keep(Map<K, Duration> wanted, long now) {
        entries.values().removeIf(entry -> {
            entry.dropped = !wanted.containsKey(entry.key);
            return entry.dropped;
        });
        queue.removeIf(entry -> entry.dropped);
        wanted.forEach((key, interval) -> {
            Entry<K> known = entries.get(key);
            if (known == null) {
                add(begin(key, interval.toNanos(), now, wanted.size()));
            } else if (known.interval != interval.toNanos()) {
                queue.remove(known);
                Entry<K> changed = begin(key, interval.toNanos(), now, wanted.size());
                changed.underWay = known.underWay;
                add(changed);
            }
        });
    }

    private void add(Entry<K> entry) {
        entries.put(entry.key, entry);
        queue.add(entry);
    }

    private Entry<K> begin(K key, long interval, long now, int size) {
        phase = (phase + GOLDEN_RATIO) % 1;
        Entry<K> entry = new Entry<>(key, interval);
        entry.grid = now + (long) (phase * interval);
        long firstRound = Math.max(FIRST_ROUND.toNanos(), size * APART_AT_LEAST.toNanos());
        entry.due = now + (long) (phase * Math.min(interval, firstRound));
        return entry;
    }

    /** What is to begin now; each is under way until {@link #done} says that it is not. */
    List<K> due(long now) {
        List<K> due = new ArrayList<>();
        while (!queue.isEmpty() && queue.peek().due <= now) {
            Entry<K> entry = queue.remove();
            if (!entry.underWay) {
                entry.underWay = true;
                due.add(entry.key);
            }
            advance(entry, now);
            queue.add(entry);
        }
        return due;
    }

    /** To the first of its times that is later than what jitter may have made of the one that is now. */
    private void advance(Entry<K> entry, long now) {
        double most = jitter * entry.interval;
        long missed = Math.max(0, Math.floorDiv(now + (long) most - entry.grid, entry.interval) + 1);
        entry.grid += missed * entry.interval;
        entry.due = entry.grid + (long) (most * (2 * random.nextDouble() - 1));
    }

    /** Begins one out of its turn; false when it is under way already, or not wanted. */
    boolean begin(K key) {
        Entry<K> entry = entries.get(key);
        if (entry == null || entry.underWay) {
            return false;
        }
        entry.underWay = true;
        return true;
    }

    void done(K key) {
        Entry<K> entry = entries.get(key);
        if (entry != null) {
            entry.underWay = false;
        }
    }

    /** When {@link #due} has something next. */
    OptionalLong next() {
        return queue.isEmpty() ? OptionalLong.empty() : OptionalLong.of(queue.peek().due);
    }
}
