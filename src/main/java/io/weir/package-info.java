/**
 * The program: puts the rooms together by hand, starts a load balancer and stops it, in an order that leaves the data path
 * forwarding. {@link io.weir.LoadBalancer#start} is where the Java API begins.
 * Owns what is this process's own (its lock, its watch over the host's network); knows every room, and none knows it.
 */
package io.weir;
