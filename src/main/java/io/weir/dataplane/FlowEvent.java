package io.weir.dataplane;

import io.weir.model.Flow;
import io.weir.model.Protocol;
import java.time.Duration;

/**
 * A flow that was confirmed or that ended.
 *
 * @param type which of the two
 * @param nanos of the monotonic clock, as {@link System#nanoTime}
 * @param target index of the target
 * @param proxy number of the proxy
 * @param duration since it was confirmed
 * @param totals what went each way, zeros if totals are not kept
 * @param reset whether an RST ended it
 */
public record FlowEvent(
        Type type,
        long nanos,
        Flow.Peer client,
        Flow.Peer vip,
        Protocol protocol,
        int target,
        int proxy,
        Duration duration,
        Flow.Totals totals,
        boolean reset) {

    public enum Type {
        OPENED,
        CLOSED
    }
}
