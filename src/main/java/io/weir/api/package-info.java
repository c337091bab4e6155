/**
 * What the Java API offers: small interfaces over the engine, the probes and the statistics, gathered by
 * {@link io.weir.api.Operations}; a program starts a load balancer with {@code io.weir.LoadBalancer}. Knows the model, the
 * policy's words, the engine, the probes, the statistics and how the replication of flows stands; the admin API and the command
 * line are thin layers over it.
 */
package io.weir.api;
