/**
 * Facts that the nodes of a cluster share: health, circuits and drains of targets, how they are told and how all come to
 * agree. State machines that are given time, frames and peers, and give frames and news; what carries them is not theirs.
 * Knows the model, the policies, and how long replication leaves a node its flows.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cluster.facts;
