/**
 * The configuration file: EDN text to a validated {@link io.weir.model.Desired} and back. Every error is found in one
 * pass and carries its path and line. Knows the model only; reads no clock, network or interface.
 */
package io.weir.config;
