/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ICMP errors speak of a packet we translated, and quote it. They are matched by the quote read backwards (it is what
 * the answer would have been) and translated outside and inside, so that path MTU discovery and unreachables work.
 */
#ifndef WEIR_ICMP_H
#define WEIR_ICMP_H

#include "promote.h"
#include "rewrite.h"

/* RFC 792 and RFC 4443: destination unreachable, time exceeded, parameter problem; ICMPv6 adds packet too big. */
#define ICMP_DESTINATION_UNREACHABLE 3
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETER_PROBLEM 12
#define ICMPV6_FIRST_ERROR 1
#define ICMPV6_LAST_ERROR 4

/* The quoted packet, its addresses and ports read backwards in key. */
struct quote {
	struct flow_key6 key;
	__u32 network; /* offsets */
	__u32 transport;
};

static __always_inline bool icmp_is_error(hook_context *context, const struct packet *packet)
{
	const struct icmp_header *icmp = packet_at(context, packet->transport, sizeof(*icmp));

	if (!icmp || packet->flags & PACKET_LATER_FRAGMENT)
		return false;
	if (packet->key.protocol == IPPROTO_ICMP && packet->family == FAMILY_V4)
		return icmp->type == ICMP_DESTINATION_UNREACHABLE || icmp->type == ICMP_TIME_EXCEEDED ||
		       icmp->type == ICMP_PARAMETER_PROBLEM;
	return packet->key.protocol == IPPROTO_ICMPV6 && packet->family == FAMILY_V6 &&
	       icmp->type >= ICMPV6_FIRST_ERROR && icmp->type <= ICMPV6_LAST_ERROR;
}

static __always_inline int quote_ipv4(hook_context *context, struct quote *quote)
{
	struct iphdr *ip = packet_at(context, quote->network, sizeof(*ip));

	if (!ip || ip->version != 4 || ip->ihl < 5)
		return REASON_TRUNCATED;
	if (ip->frag_off & IPV4_FRAGMENT_OFFSET)
		return REASON_ICMP_UNMATCHED;
	quote->key.source[0] = ip->daddr;
	quote->key.destination[0] = ip->saddr;
	quote->key.protocol = ip->protocol;
	quote->transport = quote->network + ip->ihl * 4;
	return REASON_NONE;
}

/* The protocol behind the extension headers of a quoted packet, to which *transport moves, or a negative reason. */
static __always_inline int quote_extensions(hook_context *context, __u32 *transport, int next)
{
	for (int i = 0; i < EXTENSION_HEADERS; i++) {
		const struct ipv6_extension *extension;

		if (next != IPPROTO_HOPOPTS && next != IPPROTO_DSTOPTS && next != IPPROTO_ROUTING &&
		    next != IPPROTO_FRAGMENT)
			break;
		extension = packet_at(context, *transport, sizeof(*extension));
		if (!extension)
			return -REASON_TRUNCATED;
		if (next != IPPROTO_FRAGMENT)
			*transport += ((__u32)extension->length + 1) * 8;
		else if (((const struct ipv6_fragment *)extension)->offset & IPV6_FRAGMENT_OFFSET)
			return -REASON_ICMP_UNMATCHED;
		else
			*transport += sizeof(struct ipv6_fragment);
		next = extension->next;
	}
	return next;
}

static __always_inline int quote_ipv6(hook_context *context, struct quote *quote)
{
	struct ipv6hdr *ip = packet_at(context, quote->network, sizeof(*ip));
	int protocol;

	if (!ip || ip->version != 6)
		return REASON_TRUNCATED;
	__builtin_memcpy(quote->key.source, &ip->daddr, sizeof(quote->key.source));
	__builtin_memcpy(quote->key.destination, &ip->saddr, sizeof(quote->key.destination));
	quote->transport = quote->network + sizeof(*ip);
	protocol = quote_extensions(context, &quote->transport, ip->nexthdr);
	if (protocol < 0)
		return -protocol;
	quote->key.protocol = protocol;
	return REASON_NONE;
}

static __always_inline int quote_parse(hook_context *context, const struct packet *packet, struct quote *quote)
{
	struct udphdr *ports;
	int reason;

	quote->network = packet->transport + sizeof(struct icmp_header);
	reason = packet->family == FAMILY_V4 ? quote_ipv4(context, quote) : quote_ipv6(context, quote);
	if (reason)
		return reason;
	if (quote->key.protocol != IPPROTO_TCP && quote->key.protocol != IPPROTO_UDP)
		return REASON_ICMP_UNMATCHED;
	ports = packet_at(context, quote->transport, sizeof(*ports));
	if (!ports || is_beyond(packet, quote->transport, sizeof(*ports)))
		return REASON_TRUNCATED;
	quote->key.source_port = ports->dest;
	quote->key.destination_port = ports->source;
	/* An error goes to whom the quoted packet came from; what says otherwise is made up. */
	if (!same_address(quote->key.destination, packet->key.destination))
		return REASON_ICMP_UNMATCHED;
	if (!to_listener_port(&quote->key) && !from_target_port(&quote->key))
		return REASON_ICMP_UNMATCHED;
	return REASON_NONE;
}

/* A peer carried the quoted packet, and the error comes here. */
static __always_inline struct flow *quote_shadow(const struct packet *packet, const struct quote *quote, __u32 now,
						 struct scratch *new)
{
	struct flow_key6 *key = (struct flow_key6 *)&quote->key;
	bool reply = shadow_find(key, packet->family, SHADOW_OF_TARGET, &new->entry) == SHADOW_FOUND;
	struct target *target;

	if (!reply && shadow_find(key, packet->family, SHADOW_OF_VIP, &new->entry) != SHADOW_FOUND)
		return NULL;
	target = bpf_map_lookup_elem(&targets, &new->entry.target);
	if (!target)
		return NULL;
	if (reply) {
		fill_reply(new, target, now);
		return &new->reply;
	}
	fill_forward(new, target, now);
	return &new->forward;
}

/* The flow the quoted packet belonged to, without any effect on its state. */
static __always_inline struct flow *quote_flow(const struct packet *packet, const struct quote *quote, __u32 now,
					       struct scratch *new)
{
	struct flow *flow = flow_find(packet->family, &quote->key);
	struct target *target;

	if (flow && !is_gone(flow->state))
		return flow;
	target = half_open_from_target(&new->entry, packet->family, &quote->key);
	if (target && half_open_find(&new->entry, MATCH_TARGET | MATCH_QUOTED, now)) {
		fill_reply(new, target, now);
		return &new->reply;
	}
	half_open_describe(&new->entry, packet->family, quote->key.protocol, quote->key.source, quote->key.source_port,
			   quote->key.destination, quote->key.destination_port);
	if (!half_open_find(&new->entry, MATCH_VIP | MATCH_QUOTED, now))
		return has_shadows() ? quote_shadow(packet, quote, now, new) : NULL;
	target = bpf_map_lookup_elem(&targets, &new->entry.target);
	if (!target)
		return NULL;
	fill_forward(new, target, now);
	return &new->forward;
}

/* The quoted transport checksum, where the quote reaches that far; tells whether it was there. */
static __always_inline bool quote_fix_transport(hook_context *context, const struct packet *packet,
						const struct quote *quote, __u32 delta)
{
	bool udp = quote->key.protocol == IPPROTO_UDP;
	__u32 offset = udp ? offsetof(struct udphdr, check) : offsetof(struct tcphdr, check);
	__sum16 *check = packet_at(context, quote->transport + offset, sizeof(*check));

	if (!check || is_beyond(packet, quote->transport + offset, sizeof(*check)) || (udp && !*check))
		return false;
	*check = checksum_apply(*check, delta);
	return true;
}

/* The quote travelled the other way: what the flow writes as destination stands in it as source. */
static __always_inline bool quote_rewrite(hook_context *context, const struct packet *packet, const struct quote *quote,
					  const struct flow *flow)
{
	bool forward = flow->direction == DIRECTION_FORWARD;
	struct packet quoted = { .family = packet->family, .network = quote->network };
	struct udphdr *ports;

	if (!rewrite_network(context, &quoted, !forward, flow->address, flow->address_delta, false))
		return false;
	ports = packet_at(context, quote->transport, sizeof(*ports));
	if (!ports)
		return false;
	rewrite_port(ports, !forward, flow->port);
	return true;
}

/* Translates quote and outer header, and writes what that changes into the ICMP checksum. */
static __always_inline bool icmp_rewrite(hook_context *context, const struct packet *packet, const struct quote *quote,
					 const struct flow *flow)
{
	bool forward = flow->direction == DIRECTION_FORWARD, v6 = packet->family == FAMILY_V6;
	/* An error by a router on the way keeps its own source. */
	bool outer = forward || same_address(packet->key.source, quote->key.source);
	__u32 port_delta = checksum_port_delta(&quote->key, flow);
	__u32 both = flow->address_delta + port_delta;
	/* In an IPv4 quote, address and header checksum cancel out. */
	__u32 delta = port_delta + (v6 ? flow->address_delta : 0);

	if (!quote_rewrite(context, packet, quote, flow))
		return false;
	if (quote_fix_transport(context, packet, quote, both))
		delta += (__u16)~checksum_fold(both);
	if (outer && !rewrite_network(context, packet, forward, flow->address, flow->address_delta, false))
		return false;
	return hook_fix_icmp(context, packet, checksum_fold(delta), outer && v6 ? flow->address_delta : 0);
}

#endif
