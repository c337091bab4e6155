package io.weir.bench;

import java.util.Locale;

/**
 * A figure to reach.
 *
 * @param what it is about, as "weir / prototype"
 * @param value what was measured
 * @param atMost whether the limit is an upper one
 */
record Goal(String what, double value, boolean atMost, double limit) {

    static Goal atMost(String what, double value, double limit) {
        return new Goal(what, value, true, limit);
    }

    static Goal atLeast(String what, double value, double limit) {
        return new Goal(what, value, false, limit);
    }

    boolean reached() {
        return atMost ? value <= limit : value >= limit;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%s %s, %s %s: %s",
                what,
                Numbers.text(value),
                atMost ? "at most" : "at least",
                Numbers.text(limit),
                reached() ? "reached" : "NOT REACHED");
    }
}
