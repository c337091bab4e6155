/**
 * Pure decisions: effective weights and their reasons, Maglev tables and their sizes, the hash of a flow, which listeners
 * contradict each other. Knows the model; no clock, no kernel, no state.
 */
package io.weir.policy;
