/**
 * Sealed connections between nodes: the keyring, the handshake, frames, who may come in and how many at a time. Knows the
 * model only; what the frames mean is the business of who sends them. A frame or a caller that is no good is counted under a
 * {@link io.weir.cluster.link.LinkRefusal}, and its connection is closed; nothing of it is thrown at anybody.
 */
package io.weir.cluster.link;
