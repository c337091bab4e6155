/**
 * Replication of flows: what this node's data path carries is told to every peer and held ready there, so that any of them can
 * take it over at its next packet. Knows the model; reaches the kernel only through its ports {@link io.weir.flow.OwnFlows} and
 * {@link io.weir.flow.Shadows}, and peers only through {@link io.weir.flow.PeerLink}.
 */
package io.weir.flow;
