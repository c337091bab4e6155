/**
 * {@code weir demo}: a client, a load balancer and three servers in network namespaces of their own, and a story told with
 * real connections. Owns everything named {@code weir-demo}; needs {@code ip}, {@code nsenter} and the program itself.
 */
package io.weir.cli.demo;
