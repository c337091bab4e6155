/**
 * What became of connections: the stream of flow events, the access log, latencies of targets, the list of connections and
 * their totals. Knows the model; reaches the kernel only through its ports {@link io.weir.stats.EventSource} and
 * {@link io.weir.stats.TrackedFlows}, which the data path implements.
 */
package io.weir.stats;
