/**
 * What became of connections: the stream of flow events, the access log, latencies of targets, the list of connections and
 * their totals. Knows the model; reaches the kernel only through its port {@link io.weir.stats.EventSource}, which the
 * data path implements.
 */
package io.weir.stats;
