/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Writes a flow's direction into a packet. Direct writes come first: the hook's checksum step may move the packet.
 * Every place is checked again, which can't fail for a packet that was parsed.
 */
#ifndef WEIR_REWRITE_H
#define WEIR_REWRITE_H

#include "checksum.h"
#include "parse.h"

/* An address of the IP header and what follows from it; for a routed packet also one hop less. */
static __always_inline bool rewrite_network(hook_context *context, const struct packet *packet, bool destination,
					    const __be32 *address, __u32 delta, bool routed)
{
	if (packet->family == FAMILY_V4) {
		struct iphdr *ip = packet_at(context, packet->network, sizeof(*ip));

		if (!ip)
			return false;
		if (destination)
			ip->daddr = address[0];
		else
			ip->saddr = address[0];
		if (routed) {
			ip->ttl--;
			delta += TTL_DELTA;
		}
		ip->check = checksum_apply(ip->check, delta);
	} else {
		struct ipv6hdr *ip = packet_at(context, packet->network, sizeof(*ip));

		if (!ip)
			return false;
		__builtin_memcpy(destination ? &ip->daddr : &ip->saddr, address, sizeof(ip->daddr));
		if (routed) {
			ip->hop_limit--;
			hook_sum_changed(context, HOP_LIMIT_DELTA);
		}
	}
	return true;
}

static __always_inline void rewrite_port(struct udphdr *ports, bool destination, __be16 port)
{
	if (destination)
		ports->dest = port;
	else
		ports->source = port;
}

/* Both MACs by words: as members of a packed header they would be copied byte by byte. */
static __always_inline bool rewrite_macs(hook_context *context, const struct hop *hop)
{
	struct ethhdr *ethernet = packet_at(context, 0, sizeof(*ethernet));

	if (!ethernet)
		return false;
	__builtin_memcpy((__u32 *)ethernet, (const __u32 *)hop->destination_mac, 2 * ETH_ALEN);
	return true;
}

/* One hop less where no address changes. */
static __always_inline bool rewrite_hops(hook_context *context, const struct packet *packet)
{
	if (packet->family == FAMILY_V4) {
		struct iphdr *ip = packet_at(context, packet->network, sizeof(*ip));

		if (!ip)
			return false;
		ip->ttl--;
		ip->check = checksum_apply(ip->check, TTL_DELTA);
	} else {
		struct ipv6hdr *ip = packet_at(context, packet->network, sizeof(*ip));

		if (!ip)
			return false;
		ip->hop_limit--;
		hook_sum_changed(context, HOP_LIMIT_DELTA);
	}
	return true;
}

/* Address, port and checksums, and what a router writes. False: the packet is not whole and must not leave. */
static __always_inline bool rewrite(hook_context *context, const struct packet *packet, const struct flow *flow,
				    bool routed)
{
	bool destination = flow->direction == DIRECTION_FORWARD;
	struct udphdr *ports; /* TCP has its ports in the same places */

	if (routed && !rewrite_macs(context, &flow->hop))
		return false;
	if (!rewrite_network(context, packet, destination, flow->address, flow->address_delta, routed))
		return false;
	if (packet->flags & PACKET_LATER_FRAGMENT) {
		if (packet->family == FAMILY_V6)
			hook_sum_changed(context, flow->address_delta);
		return true;
	}
	ports = packet_at(context, packet->transport, sizeof(*ports));
	if (!ports)
		return false;
	rewrite_port(ports, destination, flow->port);
	return hook_fix_checksum(context, packet, flow->address_delta, checksum_port_delta(&packet->key, flow));
}

#endif
