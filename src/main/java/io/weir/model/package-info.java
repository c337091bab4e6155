/**
 * The words of the product as immutable records: what the operator desires, what was observed, what a flow is. Knows
 * nothing but {@code java.base}; every other room speaks in these types.
 */
package io.weir.model;
