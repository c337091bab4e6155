/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Promotion: the first packet here of a flow that a peer carried puts it into the main table, and goes on as if it had always
 * been there. Nothing waits for anybody to say that the peer is dead.
 *
 * A packet that opens a connection takes no shadow, and one that goes on with what its client has begun here since does not
 * either; whoever forges a SYN so gains nothing as long as he can't complete the handshake.
 */
#ifndef WEIR_PROMOTE_H
#define WEIR_PROMOTE_H

#include "open.h"

/*
 * Whether a packet of a client belongs to a flow that it has begun here since. A connection that was picked up without an
 * answer did not begin here: the peer knows its target, the hash only guessed it.
 */
__noinline int is_begun_anew(hook_context *context, struct packet *packet, __u32 now)
{
	struct scratch *new = scratch_find();

	if (!packet || !new)
		return 0;
	half_open_describe(&new->entry, packet->family, packet->key.protocol, packet->key.source,
			   packet->key.source_port, packet->key.destination, packet->key.destination_port);
	if (!half_open_find(&new->entry, MATCH_VIP | MATCH_QUOTED, now))
		return 0;
	if (new->entry.state == FLOW_SYN_SENT || new->entry.state == FLOW_SYN_RECEIVED)
		return packet->tcp_flags & TCP_RST || completes_handshake(context, packet, &new->entry);
	return !is_picked_up(new->entry.state);
}

static __always_inline void note_promotion(struct packet *packet, int result)
{
	if (is_confirmed(result))
		packet->flags |= PACKET_CONFIRMING;
}

/*
 * A packet to a listener's port. *flow is what carries it, NULL if there is none; or the reason why it must not be carried.
 * *shadowed: whether a peer carries a flow of these addresses.
 */
static __always_inline int promote_forward(hook_context *context, struct packet *packet,
					   const struct settings *settings, __u32 now, struct scratch *new,
					   struct flow **flow, bool *shadowed)
{
	int found = shadow_find(&packet->key, packet->family, SHADOW_OF_VIP, &new->shadowed), result;
	struct target *target;

	*shadowed = found != SHADOW_MISSING;
	if (!*shadowed || is_begun_anew(context, packet, now))
		return REASON_NONE;
	if (found == SHADOW_STRAY) /* no other target knows the connection; a datagram it may */
		return packet->key.protocol == IPPROTO_UDP ? REASON_NONE : REASON_NO_TARGET;
	new->entry = new->shadowed;
	target = bpf_map_lookup_elem(&targets, &new->entry.target);
	if (!target || target->family != packet->family)
		return REASON_NO_TARGET;
	fill_forward(new, target, now);
	route_flow(context, packet, &new->forward, settings, now);
	fill_reply(new, target, now);
	if (packet->tcp_flags & (TCP_FIN | TCP_RST))
		flow_close(&new->forward, &new->reply, packet->tcp_flags,
			   takes_fin(context, packet, &new->forward, &new->reply), now, settings->hz);
	result = confirm(now);
	if (result == CONFIRM_TAKEN)
		return REASON_REPLY_TAKEN;
	note_promotion(packet, result);
	*flow = &new->forward;
	return REASON_NONE;
}

/*
 * A packet of a target. It takes the flow over only if it is proven to be the target's, see origin.h, and does not answer a SYN
 * that went another way.
 */
static __always_inline struct flow *promote_reply(hook_context *context, struct packet *packet,
						  const struct settings *settings, __u32 now, struct scratch *new)
{
	struct target *target;

	if (shadow_find(&packet->key, packet->family, SHADOW_OF_TARGET, &new->entry) != SHADOW_FOUND)
		return NULL;
	target = bpf_map_lookup_elem(&targets, &new->entry.target);
	if (!target)
		return NULL;
	fill_reply(new, target, now);
	if (!packet->egress)
		route_flow(context, packet, &new->reply, settings, now);
	if (!(packet->tcp_flags & TCP_SYN) && is_from_target(context, packet, new->entry.target)) {
		fill_forward(new, target, now);
		if (packet->tcp_flags & (TCP_FIN | TCP_RST))
			flow_close(&new->reply, &new->forward, packet->tcp_flags, false, now, settings->hz);
		note_promotion(packet, confirm(now));
	}
	return &new->reply;
}

#endif
