package io.weir.flow;

/**
 * A set of flows in a few words: equal sets have equal digests, and different ones as good as never.
 *
 * @param flows how many there are
 * @param root over the sums of all buckets
 */
record Digest(int flows, long root) {}
