/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Packets of no flow in the main table: they open one, go on with a handshake, or are none of ours. What is found is
 * left in the scratch as a finished flow of the packet's direction.
 */
#ifndef WEIR_OPEN_H
#define WEIR_OPEN_H

#include "confirm.h"
#include "fill.h"
#include "forward.h"
#include "handshake.h"
#include "limit.h"
#include "origin.h"
#include "shadow.h"

/* The first packet of a TCP connection: SYN alone (RFC 9293 section 3.10.7). */
static __always_inline bool is_opening(const struct packet *packet)
{
	return (packet->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN;
}

/*
 * What is left when the main table is crowded is for TCP, whose clients have shown that they are who they say, and for what a
 * peer had confirmed.
 */
static __always_inline bool is_proven(const struct half_open *entry)
{
	return entry->protocol == IPPROTO_TCP || entry->state == FLOW_SHADOWED;
}

/* A flow in the main table counts as a new connection of this node, or goes on from a peer. */
static __always_inline void count_confirmed(struct scratch *new)
{
	if (new->entry.state != FLOW_SHADOWED) {
		count_connection(new->entry.proxy, new->entry.target);
		return;
	}
	new->forward.flags |= FLOW_PROMOTED; /* for the event: it is in the table without */
	count_reason(REASON_PROMOTED);
	count_moved(new->entry.proxy, new->entry.target, 1);
}

/*
 * Moves the flow in the scratch from the half-open table to the main one; without room it stays where it is. It finds the
 * scratch itself: kernels before 6.2 take no map key or value from a global function's argument.
 */
__noinline int confirm(__u32 now)
{
	const struct settings *settings = settings_find();
	struct scratch *new = scratch_find();
	const struct expiry *expiry = expiry_find();
	struct target_counters *counters;
	struct target *target;
	int result;

	if (!new || !settings)
		return CONFIRM_FULL;
	target = bpf_map_lookup_elem(&targets, &new->entry.target);
	counters = counters_of(new->entry.target);
	if (!target || !counters)
		return CONFIRM_FULL;
	fill_keys(new, target);
	result = CONFIRM_FULL;
	if (!is_full(expiry, settings) && (is_proven(&new->entry) || !is_crowded(expiry, settings)))
		result = flow_confirm(new->entry.family, new, settings);
	if (result == CONFIRM_TAKEN || result == CONFIRM_BUSY)
		return result; /* the entry stays and tries again: it can be confirmed once the other flow has ended */
	if (new->entry.state == FLOW_SYN_RECEIVED && result != CONFIRM_ALREADY)
		counters->handshakes++;
	if (result == CONFIRM_FULL || result == CONFIRM_NO_MEMORY) {
		count_reason(result == CONFIRM_FULL ? REASON_TABLE_FULL : REASON_FLOW_NO_MEMORY);
		if (new->entry.state != FLOW_SHADOWED)
			half_open_mark(&new->entry, FLOW_ESTABLISHED, now);
		return result;
	}
	half_open_mark(&new->entry, FLOW_NONE, now);
	if (result == CONFIRM_ALREADY)
		return result;
	count_confirmed(new);
	if (settings->flags & SETTINGS_EVENTS)
		event_emit(EVENT_OPENED, new->entry.family, &new->forward_key, &new->forward, now, new->entry.handshake,
			   NULL, NULL);
	return result;
}

static __always_inline struct target *target_by_endpoint(const __be32 *address, __be16 port, __u8 family,
							 struct half_open *entry)
{
	struct target_key key = { .port = port, .family = family };
	__u32 *index;

	__builtin_memcpy(key.address, address, sizeof(key.address));
	index = bpf_map_lookup_elem(&target_indices, &key);
	if (!index)
		return NULL;
	entry->target = *index;
	return bpf_map_lookup_elem(&targets, index);
}

/* What a packet shows of a half-open flow: the client's side, and of the other side the VIP. */
static __always_inline void half_open_describe(struct half_open *entry, __u8 family, __u8 protocol,
					       const __be32 *client, __be16 client_port, const __be32 *vip,
					       __be16 vip_port)
{
	__builtin_memset(entry, 0, sizeof(*entry));
	__builtin_memcpy(entry->client, client, sizeof(entry->client));
	__builtin_memcpy(entry->vip, vip, sizeof(entry->vip));
	entry->client_port = client_port;
	entry->vip_port = vip_port;
	entry->protocol = protocol;
	entry->family = family;
}

/* Describes the half-open flow of a key read as target to client; the target it comes from, NULL if it is none. */
static __always_inline struct target *half_open_from_target(struct half_open *entry, __u8 family,
							    const struct flow_key6 *key)
{
	half_open_describe(entry, family, key->protocol, key->destination, key->destination_port, key->source, 0);
	return target_by_endpoint(key->source, key->source_port, family, entry);
}

static __always_inline bool is_confirmed(int result)
{
	return result == CONFIRM_DONE || result == CONFIRM_ALREADY;
}

/* A packet that may be a target's answer. */
static __always_inline struct flow *open_reply(hook_context *context, struct packet *packet,
					       const struct settings *settings, __u32 now, struct scratch *new)
{
	struct target *target = half_open_from_target(&new->entry, packet->family, &packet->key);

	if (!target || !half_open_find(&new->entry, MATCH_TARGET, now))
		return NULL;
	fill_reply(new, target, now);
	if (!packet->egress)
		route_flow(context, packet, &new->reply, settings, now);
	if (concerns_handshake(packet, &new->entry, settings, now)) {
		if (!is_from_target(context, packet, new->entry.target)) {
			half_open_answered(packet, &new->entry, now);
		} else if (target_confirms(context, packet, &new->entry, settings, now)) {
			fill_forward(new, target, now);
			fin_recall(new);
			if (packet->tcp_flags & TCP_FIN)
				flow_close(&new->reply, &new->forward, TCP_FIN,
					   takes_fin(context, packet, &new->reply, NULL), now, settings->hz);
			if (is_confirmed(confirm(now)))
				packet->flags |= PACKET_CONFIRMING;
		}
	}
	return &new->reply;
}

/*
 * Whether a target answers this client's port for another VIP: the replies to the flow in the scratch could not be told apart
 * from those.
 */
__noinline int is_reply_taken(__u32 index)
{
	struct target *target = bpf_map_lookup_elem(&targets, &index);
	struct scratch *new = scratch_find();
	const struct flow *standing;

	if (!target || !new || target->family != new->entry.family)
		return 1;
	fill_keys(new, target);
	standing = flow_find(new->entry.family, &new->reply_key);
	return standing && standing->state == FLOW_ESTABLISHED &&
	       !(same_address(standing->address, new->entry.vip) && standing->port == new->entry.vip_port);
}

/* A flow that is not in the half-open table yet begins there, with the target it has in *entry; an enum half_open_entered. */
static __always_inline int half_open_enter(struct half_open *entry, __u8 state, const struct settings *settings,
					   __u32 now)
{
	struct target_counters *counters;
	int entered;

	entry->created = now;
	entry->state = state;
	if (state == FLOW_SYN_SENT && settings->flags & SETTINGS_EVENTS)
		entry->opened = microseconds();
	entered = half_open_insert(entry, now);
	if (entered != HALF_OPEN_NEW)
		return entered;
	if (state == FLOW_PICKED_UP)
		count_reason(REASON_PICKED_UP);
	counters = counters_of(entry->target);
	if (counters && state == FLOW_SYN_SENT)
		counters->syns++;
	entry->state = FLOW_NONE; /* in the copy alone: the packet that made it can't confirm it */
	return HALF_OPEN_NEW;
}

#define OTHER_SLOTS 128 /* a target that has one slot in a hundred is found by seven flows in ten, one in ten by all */

/*
 * The half-open flow in the scratch begins, or begins anew, with the first target, from its slot on, that no other flow of its
 * client's port has; weights may have changed since it chose. 0: there is none.
 */
__noinline int half_open_move(struct packet *packet, __u32 now)
{
	const struct settings *settings = settings_find();
	struct scratch *new = scratch_find();
	struct service *service;
	struct choice choice;
	__u32 taken;

	if (!packet || !settings || !new)
		return 0;
	service = service_find(packet);
	if (!service || select_slot(packet, service, settings->seed, &choice))
		return 0;
	taken = new->entry.target;
	for (int i = 0; i < OTHER_SLOTS; i++) {
		int target = target_in_turn(choice.slice.offset, choice.slice.size, choice.slot + i);

		if (target < 0)
			return 0;
		if ((__u32)target == taken)
			continue;
		taken = target;
		new->entry.target = taken;
		if (is_reply_taken(taken) || half_open_find(&new->entry, MATCH_TARGET | MATCH_ASKED, now) ||
		    limit_refuses_move(taken))
			continue;
		half_open_mark(&new->entry, FLOW_NONE, now);
		new->entry.proxy = service->proxy;
		new->entry.acknowledgment = 0;
		new->entry.handshake = 0;
		new->entry.opened = 0;
		new->entry.answered = 0;
		return half_open_enter(&new->entry, packet->key.protocol == IPPROTO_UDP ? FLOW_UDP_NEW : FLOW_SYN_SENT,
				       settings, now) != HALF_OPEN_TAKEN;
	}
	return 0;
}

/*
 * Whether a flow can go to another target because its reply is taken: its client sends a SYN, or a datagram, and has no answer
 * yet. What the client says in a connection that is there can't be moved.
 */
static __always_inline bool may_move(const struct packet *packet, const struct half_open *entry)
{
	return !(packet->flags & PACKET_LATER_FRAGMENT) && !is_picked_up(entry->state) &&
	       entry->state != FLOW_ESTABLISHED;
}

/*
 * A new half-open entry in the scratch and the table; or the one that was there. That its reply is taken in the main table is
 * asked with the second packet: with the first it would cost every SYN of a flood one more look there.
 */
static __always_inline int half_open_begin(struct packet *packet, const struct service *service,
					   const struct settings *settings, __u32 now, struct half_open *entry)
{
	__u8 state = packet->key.protocol == IPPROTO_UDP ? FLOW_UDP_NEW :
		     is_opening(packet)                  ? FLOW_SYN_SENT :
							   FLOW_PICKED_UP;
	int reason = select_target(packet, service, settings->seed, &entry->target);
	int entered;

	if (!reason && settings->flags & (SETTINGS_LIMIT_SOURCES | SETTINGS_LIMIT_TARGETS) && state != FLOW_PICKED_UP)
		reason = limit_refuses(entry, now);
	if (reason)
		return reason;
	entry->proxy = service->proxy;
	entered = half_open_enter(entry, state, settings, now);
	if (entered == HALF_OPEN_NEW)
		return REASON_NONE;
	if (entered == HALF_OPEN_KNOWN && !(may_move(packet, entry) && is_reply_taken(entry->target)))
		return REASON_NONE;
	return may_move(packet, entry) && half_open_move(packet, now) ? REASON_NONE : REASON_REPLY_TAKEN;
}

/*
 * For all or many hosts, by the Ethernet address or the IP address. A listener with an address is never asked: what is for its
 * address is for it, however it was delivered.
 */
static __always_inline bool is_for_many(hook_context *context, const struct packet *packet)
{
	const struct ethhdr *ethernet = packet_at(context, 0, sizeof(*ethernet));
	__u32 first = bpf_ntohl(packet->key.destination[0]) >> 24;

	return !ethernet || ethernet->h_dest[0] & 1 || (packet->family == FAMILY_V4 ? first >= 224 : first == 0xff);
}

/* A packet to a listener's port. */
static __always_inline int open_forward(hook_context *context, struct packet *packet, const struct settings *settings,
					__u32 now, struct scratch *new)
{
	struct service *service = service_find(packet);
	bool opens = packet->key.protocol == IPPROTO_UDP || is_opening(packet);
	struct target *target;
	int reason, result;

	if (service && !(service->flags & SERVICE_PICK_UP) && is_for_many(context, packet))
		return REASON_NOT_UNICAST;
	half_open_describe(&new->entry, packet->family, packet->key.protocol, packet->key.source,
			   packet->key.source_port, packet->key.destination, packet->key.destination_port);
	if ((!opens || !service) && half_open_find(&new->entry, MATCH_VIP, now)) {
		service = NULL;
	} else if (!service) {
		return REASON_NOT_SERVICE;
	} else if (!opens && !(service->flags & SERVICE_PICK_UP)) {
		return REASON_NO_FLOW;
	}
	if (service) {
		reason = half_open_begin(packet, service, settings, now, &new->entry);
		/* A flow that has its target keeps it, whatever has become of the others. */
		if (reason && (reason == REASON_REPLY_TAKEN || !half_open_find(&new->entry, MATCH_VIP, now)))
			return reason;
	}
	target = bpf_map_lookup_elem(&targets, &new->entry.target);
	if (!target || target->family != packet->family)
		return REASON_NO_TARGET;
	fill_forward(new, target, now);
	route_flow(context, packet, &new->forward, settings, now);
	if (packet->flags & PACKET_LATER_FRAGMENT)
		return REASON_NONE;
	if ((packet->tcp_flags & (TCP_FIN | TCP_RST)) == TCP_FIN)
		note_early_fin(context, packet, &new->entry, now);
	if (new->entry.state != FLOW_NONE && client_confirms(context, packet, &new->entry, settings, now)) {
		fill_reply(new, target, now);
		if (packet->tcp_flags & TCP_FIN)
			flow_close(&new->forward, &new->reply, TCP_FIN,
				   takes_fin(context, packet, &new->forward, &new->reply), now, settings->hz);
		result = confirm(now);
		if (result == CONFIRM_TAKEN)
			return REASON_REPLY_TAKEN;
		if (is_confirmed(result))
			packet->flags |= PACKET_CONFIRMING;
	}
	return REASON_NONE;
}

#endif
