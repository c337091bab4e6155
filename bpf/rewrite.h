/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Writes a flow's direction into a packet. Direct writes come first: the hook's checksum step may move the packet.
 * Every place is checked again, which can't fail for a packet that was parsed.
 */
#ifndef WEIR_REWRITE_H
#define WEIR_REWRITE_H

#include "checksum.h"
#include "parse.h"

static __always_inline bool rewrite_address(hook_context *context, const struct packet *packet, bool destination,
					    const __be32 *address, __u32 delta)
{
	if (packet->family == FAMILY_V4) {
		struct iphdr *ip = packet_at(context, packet->network, sizeof(*ip));

		if (!ip)
			return false;
		if (destination)
			ip->daddr = address[0];
		else
			ip->saddr = address[0];
		ip->check = checksum_apply(ip->check, delta);
	} else {
		struct ipv6hdr *ip = packet_at(context, packet->network, sizeof(*ip));

		if (!ip)
			return false;
		__builtin_memcpy(destination ? &ip->daddr : &ip->saddr, address, sizeof(ip->daddr));
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

/* What a router writes: one hop less, and the next hop's MACs. */
static __always_inline bool rewrite_hop(hook_context *context, const struct packet *packet, const struct hop *hop)
{
	struct ethhdr *ethernet = packet_at(context, 0, sizeof(*ethernet));

	if (!ethernet)
		return false;
	__builtin_memcpy(ethernet->h_dest, hop->destination_mac, ETH_ALEN);
	__builtin_memcpy(ethernet->h_source, hop->source_mac, ETH_ALEN);
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

/* Address, port and checksums; with a hop also what a router writes. False: the packet is not whole and must not leave. */
static __always_inline bool rewrite(hook_context *context, const struct packet *packet, const struct flow *flow,
				    const struct hop *hop)
{
	bool destination = flow->direction == DIRECTION_FORWARD;
	struct udphdr *ports; /* TCP has its ports in the same places */

	if (hop && !rewrite_hop(context, packet, hop))
		return false;
	if (!rewrite_address(context, packet, destination, flow->address, flow->address_delta))
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
	return hook_fix_checksum(context, packet, flow->address_delta, flow->port_delta);
}

#endif
