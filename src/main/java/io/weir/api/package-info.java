/**
 * What the Java API offers: small interfaces over the engine and the probes, gathered by {@link io.weir.api.Operations}; a program
 * starts a load balancer with {@code io.weir.LoadBalancer}. Knows the model, the policy's words, the engine and the probes; the admin API and the command line
 * are thin layers over it.
 */
package io.weir.api;
