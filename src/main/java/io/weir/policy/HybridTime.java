package io.weir.policy;

import io.weir.model.NodeId;
import java.util.Comparator;

/**
 * When a node said something: about the wall clock's time, and always later than whatever it knew when it said it.
 *
 * @param millis since 1970, 0 to {@link #LATEST}
 * @param counter tells apart what was said in one millisecond
 * @param node who said it
 */
public record HybridTime(long millis, int counter, NodeId node) implements Comparable<HybridTime> {

    /** The year 6429: beyond it is no clock. */
    public static final long LATEST = (1L << 47) - 1;

    private static final Comparator<HybridTime> ORDER = Comparator.comparingLong(HybridTime::millis)
            .thenComparingInt(HybridTime::counter)
            .thenComparing(HybridTime::node);

    public HybridTime {
        if (millis < 0 || millis > LATEST || counter < 0) {
            throw new IllegalArgumentException("no time is " + millis + " ms and " + counter);
        }
    }

    /** The first that is later, whoever said this one. */
    HybridTime next(NodeId by) {
        return counter == Integer.MAX_VALUE
                ? new HybridTime(millis + 1, 0, by)
                : new HybridTime(millis, counter + 1, by);
    }

    @Override
    public int compareTo(HybridTime other) {
        return ORDER.compare(this, other);
    }

    static HybridTime max(HybridTime one, HybridTime other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
