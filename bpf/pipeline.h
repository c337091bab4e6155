/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one pass, for both directions, both families and all hooks: parse, find the flow or open one, rewrite, forward.
 * Read balance() first. A hook brings hook_context and its hook_ functions, and includes this file.
 */
#ifndef WEIR_PIPELINE_H
#define WEIR_PIPELINE_H

#include "fragment.h"
#include "icmp.h"

static __always_inline bool is_drop(int reason)
{
	return reason >= REASON_NO_TARGET && reason <= REASON_TARGET_LIMITED;
}

/* A packet that was not translated: dropped or passed, as its reason says. */
static __always_inline int refuse(int reason)
{
	count_reason(reason);
	return is_drop(reason) ? hook_drop() : hook_pass();
}

/*
 * Only with SETTINGS_TOTALS: a second lookup, as dear as the first. The slow ways are global functions: the verifier looks
 * at each once, and their stack is free again before the next.
 */
__noinline int count_totals(struct packet *packet)
{
	struct flow_totals first = { .packets = 1 };
	struct flow_totals *totals;
	struct flow_key4 key4;
	struct flow_key6 key6;
	long error;

	if (!packet)
		return 0;
	totals = flow_totals_find(packet->family, &packet->key);
	if (totals) {
		__sync_fetch_and_add(&totals->packets, 1);
		__sync_fetch_and_add(&totals->bytes, packet->bytes);
		return 0;
	}
	first.bytes = packet->bytes;
	key6 = packet->key;
	key4 = flow_key4_of(&key6);
	error = packet->family == FAMILY_V6 ? bpf_map_update_elem(&totals6, &key6, &first, BPF_NOEXIST) :
					      bpf_map_update_elem(&totals4, &key4, &first, BPF_NOEXIST);
	if (error)
		count_reason(REASON_NO_MEMORY);
	return 0;
}

/* A flow has totals while it is in the main table: those of a half-open one nobody would clear away. */
static __always_inline void count_packet(struct packet *packet, const struct flow *flow, bool confirmed,
					 const struct settings *settings)
{
	struct target_counters *counters = counters_of(flow->target);
	int direction = flow->direction & 1;

	if (counters) {
		counters->packets[direction]++;
		counters->bytes[direction] += packet->bytes;
	}
	if (settings->flags & SETTINGS_TOTALS && confirmed)
		count_totals(packet);
}

/* Sends a translated packet to its hop, or gives it to the kernel with the reason why not. */
static __always_inline int leave(hook_context *context, const struct packet *packet, const struct flow *flow,
				 __u32 interface, int obstacle)
{
	if (hook_is_egress(packet))
		return hook_pass();
	if (!obstacle)
		return hook_redirect(packet, interface);
	count_reason(obstacle);
	return obstacle == REASON_LOCAL_TARGET || obstacle == REASON_LINK_LOCAL ? hook_deliver(context, packet, flow) :
										  hook_pass();
}

static __always_inline int carry(hook_context *context, struct packet *packet, const struct flow *flow, bool confirmed,
				 const struct settings *settings, __u32 now)
{
	int obstacle = hook_is_egress(packet) ? REASON_NONE : hop_obstacle(packet, &flow->hop, flow->target);
	__u32 interface = flow->hop.interface; /* another CPU may renew the hop meanwhile */
	int untouched = is_drop(obstacle) ? obstacle : obstacle ? left_as_it_is(packet, flow, obstacle) : REASON_NONE;

	if (untouched != REASON_REPLY_NO_NEIGHBOUR) /* that one is counted where it leaves */
		count_packet(packet, flow, confirmed, settings);
	if (untouched)
		return refuse(untouched);
	if (packet->flags & PACKET_FIRST_FRAGMENT)
		fragment_remember(packet, now);
	if (!rewrite(context, packet, flow, !hook_is_egress(packet) && hook_sends(obstacle)))
		return refuse(REASON_REWRITE_FAILED);
	return leave(context, packet, flow, interface, obstacle);
}

/* A flow that ended before its time was up, or that a SYN begins anew: what is left of it is overwritten or expires. */
static __always_inline void replace(const struct packet *packet, struct flow *flow, struct flow *twin,
				    const struct flow_key6 *twin_key, const struct settings *settings, __u32 now)
{
	__u8 state = flow_state_of(flow);

	if (is_gone(state) || !flow_turn(flow, state, FLOW_REPLACED))
		return;
	ending_mark((struct flow_key6 *)&packet->key);
	flow_end(packet->family, &packet->key, flow, twin ? twin_key : NULL, settings, now);
	if (twin)
		flow_forget_twin(packet->family, twin, twin_key);
}

/* A target's SYN-ACK: it has nothing to do any more with the connection that its flow had carried. */
static __always_inline bool is_answer_of_target(hook_context *context, struct packet *packet, const struct flow *flow)
{
	return flow->direction == DIRECTION_REPLY && packet->tcp_flags & TCP_ACK && !(flow->flags & FLOW_OVER) &&
	       is_from_target(context, packet, flow->target);
}

/* The last acknowledgment of a flow that closes, after FIN of both sides: then the target has ended it too. */
__noinline int follow_end(hook_context *context, struct packet *packet, struct flow *flow)
{
	struct flow_key6 twin_key;
	struct flow *twin;

	if (!packet || !flow)
		return 0;
	poison(&twin_key);
	if (!takes_fin(context, packet, flow, NULL) || !is_from_target(context, packet, flow->target))
		return 0;
	twin = flow_twin(packet->family, &packet->key, flow, &twin_key);
	flow->flags |= FLOW_OVER;
	if (twin)
		twin->flags |= FLOW_OVER;
	return 1;
}

/* SYN, FIN and RST on a known flow, and the first packet after an idle second. 0 when the flow has ended. */
__noinline int follow_change(hook_context *context, struct packet *packet, struct flow *flow, __u32 now)
{
	const struct settings *settings = settings_find();
	struct flow_key6 twin_key;
	struct flow *twin;

	if (!packet || !flow || !settings)
		return 1;
	poison(&twin_key);
	twin = flow_twin(packet->family, &packet->key, flow, &twin_key);
	if (packet->tcp_flags & (TCP_FIN | TCP_RST)) {
		if (flow->direction == DIRECTION_REPLY && !is_from_target(context, packet, flow->target)) {
			flow->seen = now;
			return 1;
		}
		flow_close(flow, twin, packet->tcp_flags, takes_fin(context, packet, flow, twin), now, settings->hz);
		if (flow->direction == DIRECTION_FORWARD)
			ending_mark(&packet->key);
		else
			ending_mark(&twin_key);
		return 1;
	}
	if (flow->direction == DIRECTION_FORWARD && (packet->key.protocol == IPPROTO_UDP || is_opening(packet)) &&
	    (flow->flags & FLOW_OVER ||
	     flow_ended(flow, twin, flow_timeout(settings, flow, packet->key.protocol), now))) {
		replace(packet, flow, twin, &twin_key, settings, now);
		return 0;
	}
	if (!(packet->tcp_flags & TCP_SYN))
		flow_revive(flow, twin);
	else if (flow->state == FLOW_CLOSING ?
			 is_answer_of_target(context, packet, flow) :
			 flow->flags & FLOW_RESET && flow->direction == DIRECTION_FORWARD && is_opening(packet))
		flow_restart(flow, twin);
	return 1;
}

/* Once a second, or after routes changed: last-seen and the next hop. 0 when the flow has ended meanwhile. */
__noinline int renew(hook_context *context, struct packet *packet, struct flow *flow, __u32 now)
{
	const struct settings *settings = settings_find();

	if (!packet || !flow || !settings)
		return 1;
	if (elapsed(flow->seen, now) >= settings->hz) {
		/* Only UDP ends by an idle time alone here: a TCP segment without SYN has nothing to open. */
		bool late = packet->key.protocol == IPPROTO_UDP &&
			    elapsed(flow->seen, now) > flow_timeout(settings, flow, IPPROTO_UDP);

		if ((late || flow->state == FLOW_CLOSING || flow->flags & FLOW_RESET) &&
		    !(packet->tcp_flags & TCP_SYN) && !follow_change(context, packet, flow, now))
			return 0;
		flow->seen = now;
	}
	if (!hook_is_egress(packet))
		route_flow(context, packet, flow, settings, now);
	return 1;
}

/*
 * Whether a flow that is not established has no say about this packet: a SYN replaced it, or it is over, and its target
 * answers what the client has begun since, from the same port through another VIP. As long as the target has not ended it,
 * only a SYN-ACK or an RST is such an answer: the rest may belong to the flow, and who has begun be a forger.
 */
__noinline int is_past(struct packet *packet, struct flow *flow, __u32 now)
{
	struct scratch *new = scratch_find();

	if (!packet || !flow || !new)
		return 0;
	if (is_gone(flow->state))
		return 1;
	if (!(flow->flags & FLOW_OVER || packet->tcp_flags & (TCP_SYN | TCP_RST)))
		return 0;
	return flow->direction == DIRECTION_REPLY && half_open_from_target(&new->entry, packet->family, &packet->key) &&
	       half_open_find(&new->entry, MATCH_TARGET, now);
}

/* A packet of a flow in the main table. False when it has to be looked at as if there were none. */
static __always_inline bool follow(hook_context *context, struct packet *packet, struct flow *flow,
				   const struct settings *settings, __u32 now)
{
	if (flow->state != FLOW_ESTABLISHED) {
		if (is_past(packet, flow, now))
			return false;
		if (flow->direction == DIRECTION_REPLY && !(flow->flags & FLOW_OVER) &&
		    !(packet->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST)))
			follow_end(context, packet, flow);
	}
	if (packet->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST) && !follow_change(context, packet, flow, now))
		return false;
	if (elapsed(flow->seen, now) < settings->hz && (hook_is_egress(packet) || hop_is_fresh(&flow->hop, settings)))
		return true;
	return renew(context, packet, flow, now);
}

/* An ICMP error about a flow of ours; any other packet that is neither TCP nor UDP. */
__noinline int translate_icmp(hook_context *context, struct packet *packet)
{
	struct scratch *new = scratch_find();
	__u32 now = bpf_jiffies64();
	struct quote quote = {};
	struct flow *flow;
	struct hop hop = {};
	int reason, obstacle;

	if (!packet || !new)
		return hook_pass();
	poison(new);
	if (!icmp_is_error(context, packet))
		return refuse(REASON_PROTOCOL);
	reason = quote_parse(context, packet, &quote);
	if (reason)
		return refuse(reason);
	flow = quote_flow(packet, &quote, now, new);
	if (!flow || (hook_is_egress(packet) && flow->direction == DIRECTION_FORWARD))
		return refuse(REASON_ICMP_UNMATCHED);
	if (!hook_is_egress(packet))
		hop_find(context, packet, flow, &hop);
	obstacle = hook_is_egress(packet) ? REASON_NONE : hop_obstacle(packet, &hop, flow->target);
	if (is_drop(obstacle))
		return refuse(obstacle);
	if (!hook_is_egress(packet) && hook_sends(obstacle) &&
	    !(rewrite_macs(context, &hop) && rewrite_hops(context, packet)))
		return refuse(REASON_REWRITE_FAILED);
	if (!icmp_rewrite(context, packet, &quote, flow))
		return refuse(REASON_REWRITE_FAILED);
	return leave(context, packet, flow, hop.interface, obstacle);
}

/* A packet of no flow in the main table. */
__noinline int open_flow(hook_context *context, struct packet *packet)
{
	const struct settings *settings = settings_find();
	struct scratch *new = scratch_find();
	__u32 now = bpf_jiffies64();
	struct flow *flow = NULL;
	bool shadowed;
	int reason = REASON_NONE;

	if (!packet || !settings || !new)
		return hook_pass();
	poison(new);
	shadowed = has_shadows();
	if (from_target_port(&packet->key)) {
		flow = open_reply(context, packet, settings, now, new);
		if (!flow && shadowed && !is_opening(packet))
			flow = promote_reply(context, packet, settings, now, new);
	}
	if (!flow) {
		if (hook_is_egress(packet) || !to_listener_port(&packet->key) ||
		    is_stranger(settings, packet->key.destination))
			return refuse(REASON_NOT_SERVICE);
		if (shadowed && !is_opening(packet))
			reason = promote_forward(context, packet, settings, now, new, &flow, &shadowed);
		if (!reason && !flow) {
			reason = open_forward(context, packet, settings, now, new);
			flow = &new->forward;
		}
		if (reason)
			return refuse(reason);
	}
	if (packet->flags & PACKET_CONFIRMING && shadowed)
		shadow_supersede();
	return carry(context, packet, flow, packet->flags & PACKET_CONFIRMING, settings, now);
}

static __always_inline int balance(hook_context *context, struct packet *packet)
{
	const struct settings *settings = settings_find();
	__u32 now = bpf_jiffies64();
	struct flow *flow;
	int reason;

	reason = parse(context, packet);
	if (reason)
		return refuse(reason);
	if (!settings)
		return hook_pass();
	if (packet->key.protocol != IPPROTO_TCP && packet->key.protocol != IPPROTO_UDP)
		return translate_icmp(context, packet);
	if (packet->flags & PACKET_LATER_FRAGMENT) {
		reason = fragment_recall(packet, now, settings->hz);
		if (reason)
			return refuse(reason);
	}
	if (!to_listener_port(&packet->key) && !from_target_port(&packet->key))
		return refuse(REASON_NOT_SERVICE);
	flow = flow_find(packet->family, &packet->key);
	if (flow && (!hook_is_egress(packet) || flow->direction == DIRECTION_REPLY) &&
	    follow(context, packet, flow, settings, now))
		return carry(context, packet, flow, true, settings, now);
	return open_flow(context, packet);
}

#endif
