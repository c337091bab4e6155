/**
 * The failover drill: two load balancers whose VIPs keepalived moves, in namespaces of their own, a client that holds
 * connections through them and checks every byte, and what can befall a node. For the benchmarks and for tests of the lab.
 */
package io.weir.failover;
