/**
 * Real programs, the real kernel and real connections: network namespaces as hosts, veth pairs as cables, the built program
 * as a process of its own. Knows every room by its public face, and the command line.
 */
package io.weir.lab;
