/**
 * What the Java API offers: small blocking interfaces over the engine, gathered by {@link io.weir.api.Operations}; a program
 * starts a load balancer with {@code io.weir.LoadBalancer}. Knows the model and the engine; the admin API and the command line
 * are thin layers over it.
 */
package io.weir.api;
