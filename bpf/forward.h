/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way to the next hop: asked of the kernel's routing table, kept, and what keeps a packet from taking it. */
#ifndef WEIR_FORWARD_H
#define WEIR_FORWARD_H

#include "maps.h"
#include "packet.h"

#define ADDRESS_FAMILY_INET 2
#define ADDRESS_FAMILY_INET6 10

static __always_inline void hop_to_stack(struct hop *hop, __u16 reason)
{
	hop->interface = HOP_STACK;
	hop->mtu = reason;
}

static __always_inline __u16 hop_refusal(long result)
{
	switch (result) {
	case BPF_FIB_LKUP_RET_NOT_FWDED:
		return REASON_LOCAL_TARGET;
	case BPF_FIB_LKUP_RET_FWD_DISABLED:
		return REASON_FORWARDING_OFF;
	case BPF_FIB_LKUP_RET_UNSUPP_LWT:
		return REASON_NOT_REDIRECTABLE;
	case BPF_FIB_LKUP_RET_FRAG_NEEDED:
		return REASON_MTU_EXCEEDED;
	default:
		return REASON_NO_ROUTE;
	}
}

/* The routing table refuses to look for link-local addresses; their zone says where they are. */
static __always_inline void hop_to_link(hook_context *context, __u32 index, struct hop *hop)
{
	const struct target *target = bpf_map_lookup_elem(&targets, &index);
	__u32 mtu = 0;

	hop->interface = HOP_LINK;
	if (!target || !target->interface || bpf_check_mtu(context, target->interface, &mtu, 0, 0) < 0)
		return; /* no such interface: every packet is larger than nothing */
	hop->mtu = mtu > 0xffff ? 0xffff : mtu;
}

/*
 * Asks the kernel for the way of this packet once the flow has translated it. A global function: the verifier looks at
 * it once, and its stack is free again when the rest goes on.
 */
__noinline int hop_find(hook_context *context, struct packet *packet, struct flow *flow, struct hop *hop)
{
	/* tot_len 1: ask for the path's MTU without being refused for it. */
	struct bpf_fib_lookup fib = { .tot_len = 1 };
	const struct settings *settings = settings_find();
	long result;

	if (!packet || !flow || !hop || !settings)
		return 0;
	__builtin_memset(hop, 0, sizeof(*hop));
	hop->generation = settings->generation;
	fib.ifindex = packet->interface;
	fib.family = packet->family == FAMILY_V4 ? ADDRESS_FAMILY_INET : ADDRESS_FAMILY_INET6;
	if (flow->direction == DIRECTION_FORWARD) {
		__builtin_memcpy(fib.ipv6_src, packet->key.source, sizeof(fib.ipv6_src));
		__builtin_memcpy(fib.ipv6_dst, flow->address, sizeof(fib.ipv6_dst));
	} else {
		__builtin_memcpy(fib.ipv6_src, flow->address, sizeof(fib.ipv6_src));
		__builtin_memcpy(fib.ipv6_dst, packet->key.destination, sizeof(fib.ipv6_dst));
	}
	if (flow->direction == DIRECTION_FORWARD && address_is_link_local(packet->family, flow->address)) {
		hop_to_link(context, flow->target, hop);
		return 0;
	}
	if (packet->interface == LOOPBACK_INTERFACE || address_is_loopback(packet->family, fib.ipv6_dst)) {
		hop_to_stack(hop, REASON_LOCAL_TARGET);
		return 0;
	}
	result = bpf_fib_lookup(context, &fib, sizeof(fib), 0);
	if (result == BPF_FIB_LKUP_RET_NO_NEIGH || result < 0)
		return 0; /* stays HOP_UNRESOLVED: the kernel asks for the neighbour, we ask again */
	if (result != BPF_FIB_LKUP_RET_SUCCESS) {
		hop_to_stack(hop, hop_refusal(result));
		return 0;
	}
	if (!hook_can_redirect(fib.ifindex)) {
		hop_to_stack(hop, REASON_NOT_REDIRECTABLE);
		return 0;
	}
	hop->interface = fib.ifindex;
	hop->mtu = fib.mtu_result;
	__builtin_memcpy(hop->destination_mac, fib.dmac, sizeof(hop->destination_mac));
	__builtin_memcpy(hop->source_mac, fib.smac, sizeof(hop->source_mac));
	return 0;
}

static __always_inline bool hop_is_fresh(const struct hop *hop, const struct settings *settings)
{
	return hop->interface != HOP_UNRESOLVED && hop->generation == (__u16)settings->generation;
}

/*
 * Gives a flow its hop. The way to a target is shared by its flows and asked for once a second, so that a SYN flood
 * does not pay for it.
 */
static __always_inline void route_flow(hook_context *context, struct packet *packet, struct flow *flow,
				       const struct settings *settings, __u32 now)
{
	struct target_hop *shared = NULL;
	__u32 target = flow->target; /* a copy: kernels before 6.2 take no map key from a global function's argument */
	struct hop hop = {}; /* kernels before 6.3 let a global function have no memory that was never written */

	poison(&hop);
	if (flow->direction == DIRECTION_FORWARD)
		shared = bpf_map_lookup_elem(&target_hops, &target);
	if (shared && hop_is_fresh(&shared->hop, settings) && now - shared->seen < settings->hz) {
		flow->hop = shared->hop;
		return;
	}
	hop_find(context, packet, flow, &hop);
	flow->hop = hop;
	/* A refusal may be about this packet's interface or source; others must not pay for it. */
	if (shared && hop.interface != HOP_STACK) {
		shared->hop = hop;
		shared->seen = now;
	}
}

static __always_inline bool is_larger(const struct packet *packet, __u32 mtu)
{
	return (packet->flags & PACKET_SEGMENTED ? packet->segment : packet->bytes) > mtu;
}

/* The stack knows a link-local address only on the interface a packet came by: what needs the stack must not get there. */
static __always_inline int link_obstacle(const struct packet *packet, const struct hop *hop, __u32 index)
{
	const struct target *target = bpf_map_lookup_elem(&targets, &index);

	if (!target || !hook_reaches_link(packet, target->interface) || is_larger(packet, hop->mtu) ||
	    packet->flags & (PACKET_VLAN | PACKET_OPTIONS))
		return REASON_LINK_UNREACHABLE;
	return packet->hops <= 1 ? REASON_TTL_EXCEEDED : REASON_LINK_LOCAL;
}

/* Nearly every packet in few steps: an interface's number lies between the values that are none. */
static __always_inline bool leaves_plainly(const struct packet *packet, const struct hop *hop)
{
	return !(packet->flags & (PACKET_VLAN | PACKET_OPTIONS | PACKET_SEGMENTED)) &&
	       hop->interface - 1 < HOP_LINK - 1 && packet->hops > 1 && packet->bytes <= hop->mtu;
}

/* Why the packet can't leave by its hop right away; REASON_NONE if it can. */
static __always_inline int hop_obstacle(const struct packet *packet, const struct hop *hop, __u32 target)
{
	if (leaves_plainly(packet, hop))
		return REASON_NONE;
	if (hop->interface == HOP_LINK)
		return link_obstacle(packet, hop, target);
	if (packet->flags & PACKET_VLAN)
		return REASON_VLAN;
	if (packet->flags & PACKET_OPTIONS)
		return REASON_IP_OPTIONS;
	if (hop->interface == HOP_UNRESOLVED)
		return REASON_NO_NEIGHBOUR;
	if (hop->interface == HOP_STACK)
		return hop->mtu;
	if (packet->hops <= 1)
		return REASON_TTL_EXCEEDED;
	if (hop->mtu && is_larger(packet, hop->mtu))
		return REASON_MTU_EXCEEDED;
	return REASON_NONE;
}

/*
 * Why a packet of a target is left to the kernel as it is; REASON_NONE if it is not. Translated, its sender would be the VIP:
 * an ICMP error would end at this host instead of at the target, and where the VIP is this host's own address the kernel
 * takes the packet for forged and drops it, so that it would never ask for the next hop's MAC.
 */
static __always_inline int left_as_it_is(const struct packet *packet, const struct flow *flow, int obstacle)
{
	if (flow->direction == DIRECTION_FORWARD)
		return REASON_NONE;
	if (obstacle == REASON_TTL_EXCEEDED)
		return REASON_REPLY_TTL_EXCEEDED;
	if (obstacle == REASON_NO_NEIGHBOUR)
		return REASON_REPLY_NO_NEIGHBOUR;
	if (obstacle == REASON_MTU_EXCEEDED && packet->flags & PACKET_WHOLE_ONLY)
		return REASON_REPLY_MTU_EXCEEDED;
	return REASON_NONE;
}

#endif
