package io.weir.metrics;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** How reloads of the configuration ended since the node was started. */
public final class Reloads {

    /** An end. */
    public enum Result {
        /** The node runs with what is new in it. */
        APPLIED,
        /** There was nothing new in it. */
        UNCHANGED,
        /** It is no good; nothing has changed. */
        REFUSED,
        /** The data path or a port refused; the one before is in force. */
        FAILED;

        /** As metrics and records write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public boolean isGood() {
            return this == APPLIED || this == UNCHANGED;
        }
    }

    private final Map<Result, Long> counts = new EnumMap<>(Result.class);
    private boolean lastWasGood = true;
    private double lastGoodAt;

    /** @param startedAt seconds of Unix time: a start takes a configuration, too */
    public Reloads(double startedAt) {
        this.lastGoodAt = startedAt;
    }

    /** @param at seconds of Unix time */
    public synchronized void add(Result result, double at) {
        counts.merge(result, 1L, Long::sum);
        lastWasGood = result.isGood();
        if (lastWasGood) {
            lastGoodAt = at;
        }
    }

    synchronized long count(Result result) {
        return counts.getOrDefault(result, 0L);
    }

    synchronized boolean wasLastGood() {
        return lastWasGood;
    }

    synchronized double lastGoodAt() {
        return lastGoodAt;
    }
}
