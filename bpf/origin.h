/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether a packet with a target's address comes from where that target is. Anybody can write an address into a packet: a
 * flood of forged SYNs, each followed by a forged SYN-ACK and ACK, would fill the main table, and a forged FIN or RST would
 * end flows. What a target's packet changes about its flow it therefore changes only when it came in by the interface that
 * leads to the target; otherwise it is translated and sent on like any other. Asked at handshakes, FIN and RST, not for data.
 *
 * A tag names another interface than the one a packet came by: a VLAN device or a bridge, to which nothing is redirected. Where
 * the way to the target leads to one of those, a packet with a tag is believed; where it leads to a port, a tag proves nothing.
 *
 * Where targets and clients share an interface this tells them apart no more than the wire does: there the network's edge
 * has to keep out packets that claim to come from inside.
 */
#ifndef WEIR_ORIGIN_H
#define WEIR_ORIGIN_H

#include "count.h"
#include "forward.h"

/* Where the routing table sends what goes to the target; HOP_UNRESOLVED where that is no interface to compare with. */
static __always_inline __u32 way_to_target(hook_context *context, const struct packet *packet, __u32 arrival)
{
	/* tot_len 1: do not refuse for the path's MTU. */
	struct bpf_fib_lookup fib = {
		.tot_len = 1,
		.ifindex = arrival,
		.family = packet->family == FAMILY_V4 ? ADDRESS_FAMILY_INET : ADDRESS_FAMILY_INET6,
	};
	long result;

	__builtin_memcpy(fib.ipv6_src, packet->key.destination, sizeof(fib.ipv6_src));
	__builtin_memcpy(fib.ipv6_dst, packet->key.source, sizeof(fib.ipv6_dst));
	result = bpf_fib_lookup(context, &fib, sizeof(fib), 0);
	if (result < 0 || result == BPF_FIB_LKUP_RET_FWD_DISABLED || result == BPF_FIB_LKUP_RET_UNSUPP_LWT)
		return HOP_UNRESOLVED;
	return result == BPF_FIB_LKUP_RET_SUCCESS || result == BPF_FIB_LKUP_RET_NO_NEIGH ? fib.ifindex : HOP_STACK;
}

/* Whether what comes from where this way leads may have come by another interface, with a tag. */
static __always_inline bool may_be_tagged(const struct packet *packet, __u32 way)
{
	const struct link *link = bpf_map_lookup_elem(&links, &way);

	return packet->flags & PACKET_VLAN && !packet->egress && !(link && link->flags & LINK_REDIRECT);
}

/* A global function: the verifier looks at it once, and its stack is free again when the rest goes on. */
__noinline int is_from_target(hook_context *context, struct packet *packet, __u32 index)
{
	const struct settings *settings = settings_find();
	const struct target_hop *known;
	const struct target *target;
	__u32 arrival, way;

	if (!packet || !settings)
		return 0;
	arrival = hook_arrival(context);
	/* What this host sends came by no interface. */
	if (!arrival || arrival == LOOPBACK_INTERFACE)
		return 1;
	target = bpf_map_lookup_elem(&targets, &index);
	known = bpf_map_lookup_elem(&target_hops, &index);
	if (!target || !known)
		return 0;
	if (target->interface)
		way = target->interface;
	else if (known->hop.interface != HOP_STACK && hop_is_fresh(&known->hop, settings))
		way = known->hop.interface;
	else
		way = way_to_target(context, packet, arrival);
	if (way == HOP_UNRESOLVED || way == arrival || may_be_tagged(packet, way))
		return 1;
	count_reason(REASON_REPLY_UNPROVEN);
	return 0;
}

#endif
