/**
 * What became of connections: the stream of flow events, the access log, latencies of targets, the list of connections and
 * their totals. Knows the model; reaches the kernel only through its ports {@link io.weir.stats.EventSource},
 * {@link io.weir.stats.TrackedFlows} and {@link io.weir.stats.DataPathCounts}.
 */
package io.weir.stats;
