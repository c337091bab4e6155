/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The main flow table: finding a flow, its twin of the other direction, its states and its end. */
#ifndef WEIR_FLOW_H
#define WEIR_FLOW_H

#include "checksum.h"
#include "count.h"
#include "event.h"
#include "packet.h"

/* Copied by words, as parsing wrote them; see parse_plain_transport(). */
static __always_inline struct flow_key4 flow_key4_of(const struct flow_key6 *key)
{
	struct flow_key4 key4 = { .source = key->source[0], .destination = key->destination[0] };

	__builtin_memcpy(&key4.source_port, &key->source_port, sizeof(__u32));
	__builtin_memcpy(&key4.protocol, &key->protocol, sizeof(__u32));
	return key4;
}

static __always_inline struct flow *flow_find(__u8 family, const struct flow_key6 *key)
{
	struct flow_key4 key4;

	if (family == FAMILY_V6)
		return bpf_map_lookup_elem(&flows6, key);
	key4 = flow_key4_of(key);
	return bpf_map_lookup_elem(&flows4, &key4);
}

static __always_inline long flow_store(__u8 family, const struct flow_key6 *key, const struct flow *flow, __u64 flags)
{
	struct flow_key4 key4;

	if (family == FAMILY_V6)
		return bpf_map_update_elem(&flows6, key, flow, flags);
	key4 = flow_key4_of(key);
	return bpf_map_update_elem(&flows4, &key4, flow, flags);
}

static __always_inline void flow_totals_remove(__u8 family, const struct flow_key6 *key)
{
	struct flow_key4 key4;

	if (family == FAMILY_V6) {
		bpf_map_delete_elem(&totals6, key);
		return;
	}
	key4 = flow_key4_of(key);
	bpf_map_delete_elem(&totals4, &key4);
}

static __always_inline long flow_remove(__u8 family, const struct flow_key6 *key)
{
	struct flow_key4 key4;

	flow_totals_remove(family, key);
	if (family == FAMILY_V6)
		return bpf_map_delete_elem(&flows6, key);
	key4 = flow_key4_of(key);
	return bpf_map_delete_elem(&flows4, &key4);
}

/* A key is copied where it may be a global function's argument: kernels before 6.2 take no map key from there. */
static __always_inline struct flow_totals *flow_totals_find(__u8 family, const struct flow_key6 *key)
{
	struct flow_key4 key4;
	struct flow_key6 key6;

	if (family == FAMILY_V6) {
		key6 = *key;
		return bpf_map_lookup_elem(&totals6, &key6);
	}
	key4 = flow_key4_of(key);
	return bpf_map_lookup_elem(&totals4, &key4);
}

/* The key of the entry of the other direction: the client stays, the far side is what this direction writes. */
static __always_inline void flow_twin_key(const struct flow_key6 *key, const struct flow *flow, struct flow_key6 *twin)
{
	__builtin_memset(twin, 0, sizeof(*twin));
	twin->protocol = key->protocol;
	if (flow->direction == DIRECTION_FORWARD) {
		__builtin_memcpy(twin->source, flow->address, sizeof(twin->source));
		__builtin_memcpy(twin->destination, key->source, sizeof(twin->destination));
		twin->source_port = flow->port;
		twin->destination_port = key->source_port;
	} else {
		__builtin_memcpy(twin->source, key->destination, sizeof(twin->source));
		__builtin_memcpy(twin->destination, flow->address, sizeof(twin->destination));
		twin->source_port = key->destination_port;
		twin->destination_port = flow->port;
	}
}

/* Whether two entries are the two directions of one flow: what one writes is what the other is found by. */
static __always_inline bool flow_is_twin(const struct flow_key6 *key, const struct flow *flow, const struct flow *twin)
{
	if (flow->direction == DIRECTION_FORWARD)
		return twin->port == key->destination_port && same_address(twin->address, key->destination);
	return twin->port == key->source_port && same_address(twin->address, key->source);
}

/*
 * The entry of the other direction; NULL when it is gone, or is another flow's: one client's port may speak to two VIPs
 * with the same target. Fills *twin_key either way.
 */
static __always_inline struct flow *flow_twin(__u8 family, const struct flow_key6 *key, const struct flow *flow,
					      struct flow_key6 *twin_key)
{
	struct flow *twin;

	flow_twin_key(key, flow, twin_key);
	twin = flow_find(family, twin_key);
	return twin && flow_is_twin(key, flow, twin) ? twin : NULL;
}

/*
 * Changes the state of an entry, which is what the caller has seen, unless another CPU was faster: of those that end one flow
 * one alone counts it, and expiry removes no entry that is being confirmed anew. The word around the state never changes.
 */
static __always_inline bool flow_turn(struct flow *flow, __u8 from, __u8 to)
{
	__u32 *word = (void *)flow + (offsetof(struct flow, state) & ~3);
	int shift = 8 * (offsetof(struct flow, state) & 3);
	__u32 others = *(volatile __u32 *)word & ~(0xffu << shift);

	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the state is taken out of its word");
	return __sync_val_compare_and_swap(word, others | from << shift, others | to << shift) ==
	       (others | from << shift);
}

static __always_inline __u8 flow_state_of(const struct flow *flow)
{
	return *(volatile const __u8 *)&flow->state;
}

/* Whether a state says that a flow has ended, and was counted as that. */
static __always_inline bool is_gone(__u8 state)
{
	return state == FLOW_REPLACED || state == FLOW_NONE;
}

static __always_inline __u32 flow_timeout(const struct settings *settings, const struct flow *flow, __u8 protocol)
{
	if (flow->state != FLOW_ESTABLISHED)
		return settings->closing_timeout;
	return protocol == IPPROTO_UDP ? settings->udp_timeout : settings->established_timeout;
}

/* A flow lives while either direction does. */
static __always_inline bool flow_ended(const struct flow *flow, const struct flow *twin, __u32 timeout, __u32 now)
{
	__u32 idle = elapsed(flow->seen, now);

	if (is_gone(flow->state))
		return true;
	if (twin && elapsed(twin->seen, now) < idle)
		idle = elapsed(twin->seen, now);
	return idle > timeout;
}

/* Whether the main tables are so full that what may be forged gets no more room. */
static __always_inline bool is_crowded(const struct expiry *expiry, const struct settings *settings)
{
	return expiry && expiry->flows >= settings->crowded;
}

/*
 * The tables of both families hold as many flows each, expiry's queue as many of both together: a flow that found no place
 * there again would never end.
 */
static __always_inline bool is_full(const struct expiry *expiry, const struct settings *settings)
{
	return expiry && expiry->flows >= settings->full;
}

/* Removes the entry of the other direction of a flow that has ended, unless another flow is about to take its place. */
static __always_inline void flow_forget_twin(__u8 family, struct flow *twin, const struct flow_key6 *twin_key)
{
	__u8 state = flow_state_of(twin);

	if (state != FLOW_NONE && flow_turn(twin, state, FLOW_NONE))
		flow_remove(family, twin_key);
}

static __always_inline __u32 ending_place(const struct flow_key6 *forward)
{
	__u32 address = forward->source[0] ^ forward->source[1] ^ forward->source[2] ^ forward->source[3];
	__u64 client = (__u64)address << 32 | forward->source_port;

	return client * 0x9e3779b97f4a7c15ULL >> (64 - ENDING_MARKS_BITS);
}

/* A round as it stands in a mark; 0 is none. */
static __always_inline __u8 ending_round(__u32 round)
{
	return 1 + round % 255;
}

/*
 * Says that a flow, told by its forward key, may end sooner than expiry expects when it comes by. It does so in this round or
 * the next, or in the one after that if this CPU has read the number just before it was raised.
 */
__noinline int ending_mark(struct flow_key6 *forward)
{
	const struct expiry *expiry = expiry_find();
	__u32 place, word;
	__u8 *marks;

	if (!forward || !expiry)
		return 0;
	place = ending_place(forward);
	word = place / 8;
	marks = bpf_map_lookup_elem(&ending_marks, &word);
	if (marks)
		marks[place % 8] = ending_round(expiry->round);
	return 0;
}

static __always_inline bool is_marked(const struct flow_key6 *forward, __u32 round)
{
	__u32 place = ending_place(forward), word = place / 8;
	const __u8 *marks = bpf_map_lookup_elem(&ending_marks, &word);
	__u8 mark = marks ? marks[place % 8] : 0;

	return mark &&
	       (mark == ending_round(round) || mark == ending_round(round - 1) || mark == ending_round(round - 2));
}

/* The second from which on expiry has to look at a flow that may end after so much time. */
static __always_inline __u16 flow_due(const struct settings *settings, __u32 time, __u32 now)
{
	__u32 wait = time < settings->look_again ? time : settings->look_again;

	return settings->hz ? (now + wait) / settings->hz + 1 : 0;
}

/* Counts and tells the end of a confirmed flow, by its forward entry; twin_key is NULL when the other one is gone. */
static __always_inline void flow_end(__u8 family, const struct flow_key6 *key, const struct flow *flow,
				     const struct flow_key6 *twin_key, const struct settings *settings, __u32 now)
{
	count_end(low24_of(flow->proxy), flow->target);
	if (settings->flags & SETTINGS_EVENTS)
		event_emit(EVENT_CLOSED, family, key, flow, now, 0, flow_totals_find(family, key),
			   twin_key ? flow_totals_find(family, twin_key) : NULL);
}

/*
 * What a FIN or RST of one direction does to both entries.
 *
 * A closing flow is forgotten soon, and a SYN on it chooses afresh: nobody must bring that about with packets that pretend to
 * be a client's. No sequence numbers are kept (that would be a write for every packet), so a client's RST alone only leaves a
 * mark: the flow keeps its target and its time. Was it real, and the client uses its port again, then its SYN goes to the
 * same target, which takes it, or refuses it with an RST of its own. That one is believed, as it came from where the target
 * is (see origin.h), and so is a FIN of the target, after which the client's FIN or RST closes.
 *
 * They may be forged too, while the client goes on sending after the target's FIN: closing shortens the time the flow is
 * remembered in silence, but a SYN chooses afresh only when the target itself has ended the flow, by RST, or because after
 * its own FIN it acknowledged the client's.
 *
 * taken: this packet acknowledges the client's FIN.
 */
static __always_inline void flow_close(struct flow *flow, struct flow *twin, __u8 tcp_flags, bool taken, __u32 now,
				       __u32 hz)
{
	bool by_target = flow->direction == DIRECTION_REPLY;
	__u8 flags = flow->flags;
	bool closing;

	if (tcp_flags & TCP_RST)
		flags |= FLOW_RESET;
	else
		flags |= by_target ? FLOW_FIN_TARGET : FLOW_FIN_CLIENT;
	if (by_target && (tcp_flags & TCP_RST || taken))
		flags |= FLOW_OVER;
	closing = (by_target && tcp_flags & TCP_RST) ||
		  (flags & FLOW_FIN_TARGET && flags & (FLOW_FIN_CLIENT | FLOW_RESET));
	if (tcp_flags & TCP_RST && by_target && flow->state == FLOW_ESTABLISHED && elapsed(flow->created, now) <= hz) {
		struct target_counters *counters = counters_of(flow->target);

		if (counters)
			counters->early_resets++;
	}
	flow->flags = flags;
	flow->seen = now;
	if (closing)
		flow_turn(flow, FLOW_ESTABLISHED, FLOW_CLOSING);
	if (!twin)
		return;
	twin->flags = flags;
	if (closing) {
		flow_turn(twin, FLOW_ESTABLISHED, FLOW_CLOSING);
		twin->seen = now;
	}
}

/*
 * A packet more than a second after an RST: the RST was forged, or belonged to no one, or its client has begun a new
 * connection with the same port.
 */
static __always_inline void flow_revive(struct flow *flow, struct flow *twin)
{
	if (!(flow->flags & FLOW_RESET) || is_gone(flow->state) ||
	    (flow->flags & FLOW_FIN_CLIENT && flow->flags & FLOW_FIN_TARGET))
		return;
	flow->flags &= ~(FLOW_RESET | FLOW_OVER);
	flow_turn(flow, FLOW_CLOSING, FLOW_ESTABLISHED);
	if (twin && !is_gone(twin->state)) {
		twin->flags &= ~(FLOW_RESET | FLOW_OVER);
		flow_turn(twin, FLOW_CLOSING, FLOW_ESTABLISHED);
	}
}

/*
 * A SYN after a client's RST, to the same target, or the target's answer to one after FIN: whatever the earlier connection had
 * come to is over.
 */
static __always_inline void flow_restart(struct flow *flow, struct flow *twin)
{
	flow->flags = 0;
	flow_turn(flow, FLOW_CLOSING, FLOW_ESTABLISHED);
	if (twin && !is_gone(twin->state)) {
		twin->flags = 0;
		flow_turn(twin, FLOW_CLOSING, FLOW_ESTABLISHED);
	}
}

/*
 * Keeps with the reply what the target acknowledges when it has had this FIN of the client, its lower 24 bits: nobody asks a
 * reply for its listener.
 */
static __always_inline void flow_note_fin(struct flow *reply, __u32 acknowledgment)
{
	low24_put(reply->proxy, acknowledgment);
}

static __always_inline bool flow_fin_is(const struct flow *reply, __u32 acknowledgment)
{
	return reply->flags & FLOW_FIN_CLIENT && low24_of(reply->proxy) == (acknowledgment & 0xffffff);
}

/* The rewrite of one direction. */
static __always_inline void flow_fill(struct flow *flow, __u8 family, __u8 direction, const __be32 *from,
				      const __be32 *to, __be16 to_port)
{
	__builtin_memset(flow, 0, sizeof(*flow));
	__builtin_memcpy(flow->address, to, sizeof(flow->address));
	flow->port = to_port;
	flow->address_delta = checksum_address_delta(family, from, to);
	flow->direction = direction;
}

/* The key says what the queue needs only while it is copied: there is no stack left for a copy of our own. */
static __always_inline long expiry_enqueue(__u8 family, struct flow_key6 *key, __u16 due)
{
	long error;

	key->queued = family;
	key->due = due;
	error = bpf_map_push_elem(&expiry_queue, key, 0);
	key->queued = 0;
	key->due = 0;
	return error;
}

#endif
