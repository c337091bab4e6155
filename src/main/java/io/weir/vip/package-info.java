/**
 * Which VIPs this node has, heard from keepalived by its notify FIFO. Knows the roles and their state machine, in
 * {@code policy}; nothing here moves a VIP.
 */
package io.weir.vip;
