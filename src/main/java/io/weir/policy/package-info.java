/**
 * Pure decisions: effective weights and their reasons, the state machines of a target (health, circuit, drain), what nodes
 * say to each other of these and how that is merged, recovery, least connections, Maglev tables and their sizes.
 * Knows the model; no clock (time is an argument, in milliseconds of the caller's clock), no kernel, no state.
 */
package io.weir.policy;
