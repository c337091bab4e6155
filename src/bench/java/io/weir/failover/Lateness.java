package io.weir.failover;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How late each processor was to run a process that goes before all others. For any thread. */
final class Lateness {

    private final List<List<Late>> byProcessor = new ArrayList<>();

    /** It should have run at one time, and did at the other. */
    record Late(Instant due, Instant ran) {

        Duration length() {
            return Duration.between(due, ran);
        }

        /** What two have in common; negative: nothing. */
        private Late and(Late other) {
            return new Late(
                    due.isAfter(other.due) ? due : other.due, ran.isBefore(other.ran) ? ran : other.ran);
        }
    }

    Lateness(int processors) {
        for (int i = 0; i < processors; i++) {
            byProcessor.add(new ArrayList<>());
        }
    }

    synchronized void add(int processor, Late late) {
        byProcessor.get(processor).add(late);
    }

    /** The longest on any processor. */
    synchronized Duration longest() {
        return longest(byProcessor.stream().flatMap(List::stream).toList());
    }

    /** The longest for which no processor ran it. */
    synchronized Duration longestOfAll() {
        List<Late> common = byProcessor.getFirst();
        for (List<Late> other : byProcessor.subList(1, byProcessor.size())) {
            common = common.stream()
                    .flatMap(late -> other.stream().map(late::and))
                    .filter(late -> late.length().isPositive())
                    .toList();
        }
        return longest(common);
    }

    private static Duration longest(List<Late> all) {
        return all.stream().map(Late::length).max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
