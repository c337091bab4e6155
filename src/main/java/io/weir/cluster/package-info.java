/**
 * The node among its peers: who they are, what is told them and what they tell. Owns the adapter of scalecube, which does
 * membership and gossip, over the sealed connections of {@link io.weir.cluster.link}. Knows the model, the policy, the engine
 * and the port of the flows.
 */
package io.weir.cluster;
