/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The data path at XDP: checksums by arithmetic, frames sent on without a socket buffer. */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include "maps.h"
#include "packet.h"

typedef struct xdp_md hook_context;

/* Bytes of the frame; one in several buffers is known to kernels from 5.18 on, on older ones there are none. */
static __always_inline __u32 hook_length(hook_context *context)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_xdp_get_buff_len))
		return bpf_xdp_get_buff_len(context);
	return context->data_end - context->data;
}

#include "checksum.h"
#include "parse.h"

static __always_inline bool hook_can_redirect(__u32 interface)
{
	struct link *link = bpf_map_lookup_elem(&links, &interface);

	return link && link->flags & LINK_REDIRECT;
}

/* Known when this is compiled: what only egress does is left out. */
static __always_inline bool hook_is_egress(const struct packet *packet)
{
	(void)packet;
	return false;
}

/* The interface a packet came in by; 0 for one of this host. */
static __always_inline __u32 hook_arrival(hook_context *context)
{
	return context->ingress_ifindex;
}

static __always_inline int hook_pass(void)
{
	return XDP_PASS;
}

/* The stack looks for a link-local address on the interface the packet came by. */
static __always_inline bool hook_reaches_link(const struct packet *packet, __u32 interface)
{
	return packet->interface == interface;
}

/* Whether a packet is sent on from here, as a router sends it. */
static __always_inline bool hook_sends(int obstacle)
{
	return obstacle == REASON_NONE;
}

/* To a local target: the kernel takes it from here (::1 it does not; that needs the TC hook). */
static __always_inline int hook_deliver(hook_context *context, const struct packet *packet, const struct flow *flow)
{
	(void)context;
	(void)packet;
	(void)flow;
	return XDP_PASS;
}

static __always_inline int hook_drop(void)
{
	return XDP_DROP;
}

static __always_inline int hook_redirect(const struct packet *packet, __u32 interface)
{
	return interface == packet->interface ? XDP_TX : bpf_redirect(interface, 0);
}

/* Nobody but a socket buffer keeps a sum of the whole packet. */
static __always_inline void hook_sum_changed(hook_context *context, __u32 delta)
{
	(void)context;
	(void)delta;
}

static __always_inline bool hook_fix_checksum(hook_context *context, const struct packet *packet, __u32 address_delta,
					      __u32 port_delta)
{
	bool udp = packet->key.protocol == IPPROTO_UDP;
	__u32 offset = udp ? offsetof(struct udphdr, check) : offsetof(struct tcphdr, check);
	__sum16 *check = packet_at(context, packet->transport + offset, sizeof(*check));
	__u16 fixed;

	if (!check)
		return false;
	if (udp && !*check)
		return true;
	fixed = checksum_apply(*check, address_delta + port_delta);
	/* In UDP 0 means "no checksum", so a sum of 0 is sent as its other form (RFC 768); TCP takes either. */
	*check = fixed ? fixed : 0xffff;
	return true;
}

static __always_inline bool hook_fix_icmp(hook_context *context, const struct packet *packet, __u32 delta,
					  __u32 pseudo_delta)
{
	struct icmp_header *icmp = packet_at(context, packet->transport, sizeof(*icmp));

	if (!icmp)
		return false;
	icmp->checksum = checksum_apply(icmp->checksum, delta + pseudo_delta);
	return true;
}

#include "pipeline.h"

SEC("xdp.frags")
int weir_xdp(struct xdp_md *context)
{
	struct packet packet = { .interface = context->ingress_ifindex };

	return balance(context, &packet);
}

char weir_license[] SEC("license") = "Dual BSD/GPL";
