/**
 * Prometheus metrics: their names, labels and text, and the port they are served on. Reads the engine's snapshots, and what
 * the data path counts through the statistics' port; never waits for either. Knows the model, the policy's words in the
 * snapshots, the engine, the statistics, and what the Java API tells of the node's peers.
 */
package io.weir.metrics;
