/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The data path at TC, where packets may be segmented later (GSO) and carry checksums that are not finished: the
 * kernel's own checksum functions know which. Ingress does what XDP does; egress translates replies that the stack
 * sends, from local targets or where XDP handed a reply over.
 */
#include <linux/pkt_cls.h>
#include "maps.h"
#include "packet.h"

typedef struct __sk_buff hook_context;

static __always_inline __u32 hook_length(hook_context *context)
{
	return context->len;
}

#include "checksum.h"
#include "count.h"
#include "parse.h"

/* Ethernet, two tags, the longest headers, and as much of a quote: what the pipeline may look at. */
#define HEADERS 192

static __always_inline bool hook_can_redirect(__u32 interface)
{
	(void)interface;
	return true;
}

/* The interface a packet came in by, also at egress; 0 for one of this host. */
static __always_inline __u32 hook_arrival(hook_context *context)
{
	return context->ingress_ifindex;
}

static __always_inline int hook_pass(void)
{
	return TC_ACT_OK;
}

/* Any interface's neighbours can be asked here. */
static __always_inline bool hook_reaches_link(const struct packet *packet, __u32 interface)
{
	(void)packet;
	(void)interface;
	return true;
}

/* Whether a packet is sent on from here, as a router sends it. */
static __always_inline bool hook_sends(int obstacle)
{
	return obstacle == REASON_NONE || obstacle == REASON_LINK_LOCAL;
}

/* What was told to go on, and can't. */
static __always_inline int drop_unwritten(void)
{
	count_reason(REASON_REWRITE_FAILED);
	return TC_ACT_SHOT;
}

/* By the interface of the target's zone; the kernel finds the neighbour there and writes the MACs. */
__noinline int send_to_link(struct flow *flow)
{
	struct bpf_redir_neigh next = { .nh_family = 10 /* AF_INET6 */ };
	const struct target *target;
	__u32 index;

	if (!flow)
		return drop_unwritten();
	index = flow->target;
	target = bpf_map_lookup_elem(&targets, &index);
	if (!target)
		return drop_unwritten();
	__builtin_memcpy(next.ipv6_nh, flow->address, sizeof(next.ipv6_nh));
	return bpf_redirect_neigh(target->interface, &next, sizeof(next), 0);
}

/*
 * To a local target. Linux takes 127.0.0.0/8 from another interface when route_localnet is set, but ::1 never
 * (RFC 4291 section 2.5.3): that one has to come in by the loopback interface.
 */
static __always_inline int hook_deliver(hook_context *context, const struct packet *packet, const struct flow *flow)
{
	const __u8 loopback_mac[ETH_ALEN] = {};

	if (flow->direction == DIRECTION_FORWARD && address_is_link_local(packet->family, flow->address))
		return send_to_link((struct flow *)flow);
	if (packet->family != FAMILY_V6 || packet->interface == LOOPBACK_INTERFACE ||
	    flow->direction != DIRECTION_FORWARD || !address_is_loopback(FAMILY_V6, flow->address))
		return TC_ACT_OK;
	/* With another MAC than its own the loopback interface would take the packet for somebody else's. */
	if (bpf_skb_store_bytes(context, offsetof(struct ethhdr, h_dest), loopback_mac, sizeof(loopback_mac), 0))
		return drop_unwritten();
	return bpf_redirect(LOOPBACK_INTERFACE, BPF_F_INGRESS);
}

static __always_inline bool hook_is_egress(const struct packet *packet)
{
	return packet->egress;
}

static __always_inline int hook_drop(void)
{
	return TC_ACT_SHOT;
}

static __always_inline int hook_redirect(const struct packet *packet, __u32 interface)
{
	(void)packet;
	return bpf_redirect(interface, 0);
}

/* A card may have summed up the whole packet (CHECKSUM_COMPLETE): what no checksum inside makes up for is told here. */
static __always_inline void hook_sum_changed(hook_context *context, __u32 delta)
{
	bpf_csum_update(context, delta);
}

/* A function of its own, so that the stack of the pipeline stays within what all calls together may have. */
__noinline int fix_checksum(hook_context *context, struct packet *packet, __u32 address_delta, __u32 port_delta)
{
	const __sum16 *check;
	__u32 offset;
	__u64 flags;
	bool udp, v6;

	if (!packet)
		return 0;
	udp = packet->key.protocol == IPPROTO_UDP;
	v6 = packet->family == FAMILY_V6;
	offset = packet->transport + (udp ? offsetof(struct udphdr, check) : offsetof(struct tcphdr, check));
	flags = udp ? BPF_F_MARK_MANGLED_0 : 0; /* a sum of 0 is sent as its other form */
	check = packet_at(context, offset, sizeof(*check));
	if (!check)
		return 0;
	if (udp && !*check) { /* without a checksum it stays without */
		hook_sum_changed(context, port_delta + (v6 ? address_delta : 0));
		return 1;
	}
	if (bpf_l4_csum_replace(context, offset, 0, address_delta, flags | BPF_F_PSEUDO_HDR) ||
	    bpf_l4_csum_replace(context, offset, 0, port_delta, flags))
		return 0;
	/* The helper takes the packet for IPv4, where the header's own checksum makes up for the address. */
	if (v6)
		hook_sum_changed(context, address_delta);
	return 1;
}

static __always_inline bool hook_fix_checksum(hook_context *context, const struct packet *packet, __u32 address_delta,
					      __u32 port_delta)
{
	return fix_checksum(context, (struct packet *)packet, address_delta, port_delta);
}

static __always_inline bool hook_fix_icmp(hook_context *context, const struct packet *packet, __u32 delta,
					  __u32 pseudo_delta)
{
	__u32 offset = packet->transport + offsetof(struct icmp_header, checksum);

	if (bpf_l4_csum_replace(context, offset, 0, delta, 0))
		return false;
	if (!pseudo_delta)
		return true;
	if (bpf_l4_csum_replace(context, offset, 0, pseudo_delta, BPF_F_PSEUDO_HDR))
		return false;
	hook_sum_changed(context, pseudo_delta);
	return true;
}

#include "pipeline.h"

/* Makes the headers readable in one piece. */
static __always_inline void linearize(hook_context *context)
{
	__u32 linear = context->data_end - context->data;

	if (linear < HEADERS && linear < context->len)
		bpf_skb_pull_data(context, context->len < HEADERS ? context->len : HEADERS);
}

static __always_inline int balance_skb(hook_context *context, bool egress)
{
	struct packet packet = {
		.interface = context->ifindex,
		/* A tag the card took off still says that the packet belongs to another interface. */
		.flags = (context->vlan_present ? PACKET_VLAN : 0) | (context->gso_size ? PACKET_SEGMENTED : 0),
		.segment = context->gso_size,
		.egress = egress,
	};

	linearize(context);
	return balance(context, &packet);
}

SEC("tc")
int weir_ingress(struct __sk_buff *context)
{
	return balance_skb(context, false);
}

SEC("tc")
int weir_egress(struct __sk_buff *context)
{
	return balance_skb(context, true);
}

char weir_license[] SEC("license") = "Dual BSD/GPL";
