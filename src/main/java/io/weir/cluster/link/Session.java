package io.weir.cluster.link;

/**
 * A connection whose two ends know each other.
 *
 * @param kind what it carries
 * @param peer the other end
 * @param key the name of the key it began with; 0: nothing is sealed
 */
record Session(LinkKind kind, Identity peer, long key, SealedFrameReader reader, SealedFrameWriter writer) {}
