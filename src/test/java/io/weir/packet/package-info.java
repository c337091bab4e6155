/**
 * Packets through the real data path, one at a time: a builder and a dissector of frames, a network namespace with routes and
 * neighbours, described rows for every verdict and reason, and a reference model that random histories are compared with.
 */
package io.weir.packet;
