/**
 * Prometheus metrics: their names, labels and text, and the port they are served on. Reads the engine's snapshots, and what the data
 * path counts through a port of its own; never waits for either. Knows the model, the policy's words in the snapshots, the engine and the statistics' latencies.
 */
package io.weir.metrics;
