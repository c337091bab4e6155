/**
 * The admin API: HTTP and JSON over the Java API, on one port. Owns the table of routes, which the OpenAPI document is made
 * from, the page at {@code /}, keys, TLS and what keeps a crowd or a foreign web page out. Knows the model, the engine's
 * snapshots (and the policy's reasons in them), statistics and the Java API; how a configuration is written and checked is
 * handed in as {@link io.weir.admin.ConfigCodec}.
 */
package io.weir.admin;
