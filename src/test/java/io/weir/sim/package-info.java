/**
 * The cluster's protocols in one thread, on a virtual clock and a network that loses, delays, reorders, duplicates, parts
 * and kills, all drawn from one seed. {@link io.weir.sim.World} is the harness; what runs in it is a
 * {@link io.weir.sim.Process}, one object for each boot of a node, built from the real state machines.
 */
package io.weir.sim;
