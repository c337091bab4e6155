/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What packets say of a flow that is half open: what they change about it, and which of them confirm it. */
#ifndef WEIR_HANDSHAKE_H
#define WEIR_HANDSHAKE_H

#include "fin.h"
#include "half_open.h"

/* Jiffies are too coarse for a handshake, of which many a one takes less than one. Never 0. */
static __always_inline __u32 microseconds(void)
{
	return (__u32)(bpf_ktime_get_ns() / 1000) | 1;
}

/*
 * A client that acknowledges the target's sequence number has seen the SYN-ACK, so its address is its own: a spoofed
 * SYN and ACK pass with a chance of one in 65,536. The window is for data sent with the SYN-ACK (TCP Fast Open).
 */
static __always_inline bool completes_handshake(hook_context *context, const struct packet *packet,
						const struct half_open *entry)
{
	const struct tcphdr *tcp = packet_at(context, packet->transport, sizeof(*tcp));

	return tcp && packet->tcp_flags & TCP_ACK && !(packet->tcp_flags & (TCP_SYN | TCP_RST)) &&
	       bpf_ntohl(tcp->ack_seq) - entry->acknowledgment < 65536;
}

/*
 * Nothing in UDP proves that a client is who it says. A flow is confirmed by the client's first datagram after an answer, or
 * by one of either side a second after the first: a flood of single datagrams makes none, whether they are answered or not,
 * nor do questions that are asked once. Whoever forges more than that gets no more than a part of the main table, see
 * confirm(). A flow that is not confirmed is served all the same.
 */
static __always_inline bool is_lasting(const struct half_open *entry, const struct settings *settings, __u32 now)
{
	return elapsed(entry->created, now) >= settings->hz;
}

/*
 * Whether this packet of the client confirms the flow, and what else it does to the half-open entry. An RST may be forged: it
 * ends a handshake, which the client's next SYN begins again, but no connection that is here for want of room.
 */
static __always_inline bool client_confirms(hook_context *context, const struct packet *packet, struct half_open *entry,
					    const struct settings *settings, __u32 now)
{
	if (packet->key.protocol == IPPROTO_UDP)
		return entry->state != FLOW_UDP_NEW || is_lasting(entry, settings, now);
	if (packet->tcp_flags & TCP_RST) {
		if (entry->state == FLOW_SYN_SENT || entry->state == FLOW_SYN_RECEIVED)
			half_open_mark(entry, FLOW_NONE, now);
		return false;
	}
	return entry->state == FLOW_ESTABLISHED ||
	       (entry->state == FLOW_SYN_RECEIVED && completes_handshake(context, packet, entry));
}

static __always_inline bool is_picked_up(__u8 state)
{
	return state == FLOW_PICKED_UP || state == FLOW_PICKED_UP_FIN;
}

/*
 * The client's FIN on a connection that began elsewhere and is not confirmed yet, or that it picks up: nothing else will tell
 * that the client has ended it.
 */
static __always_inline void note_early_fin(hook_context *context, const struct packet *packet, struct half_open *entry,
					   __u32 now)
{
	const struct tcphdr *tcp = packet_at(context, packet->transport, sizeof(*tcp));

	/* FLOW_NONE: this packet made it, and no SYN has FIN. */
	if (!tcp || !(entry->state == FLOW_NONE || is_picked_up(entry->state)))
		return;
	entry->acknowledgment = behind_fin(packet, tcp);
	half_open_mark(entry, FLOW_PICKED_UP_FIN, now);
}

/* Whether a packet of the target changes anything about a half-open flow: then it must be the target's. */
static __always_inline bool concerns_handshake(const struct packet *packet, const struct half_open *entry,
					       const struct settings *settings, __u32 now)
{
	if (packet->flags & PACKET_LATER_FRAGMENT)
		return false;
	if (packet->key.protocol == IPPROTO_UDP)
		return entry->state != FLOW_UDP_ANSWERED || is_lasting(entry, settings, now);
	return packet->tcp_flags & (TCP_SYN | TCP_RST) || is_picked_up(entry->state) ||
	       entry->state == FLOW_ESTABLISHED;
}

static __always_inline bool answer_confirms(struct half_open *entry, const struct settings *settings, __u32 now)
{
	if (entry->state == FLOW_ESTABLISHED || is_lasting(entry, settings, now))
		return true;
	half_open_mark(entry, FLOW_UDP_ANSWERED, now);
	return false;
}

static __always_inline bool target_confirms(hook_context *context, const struct packet *packet, struct half_open *entry,
					    const struct settings *settings, __u32 now)
{
	const struct tcphdr *tcp = packet_at(context, packet->transport, sizeof(*tcp));

	if (packet->key.protocol == IPPROTO_UDP)
		return answer_confirms(entry, settings, now);
	if (packet->tcp_flags & TCP_RST) {
		struct target_counters *counters = counters_of(entry->target);

		if (counters && (entry->state == FLOW_SYN_SENT || entry->state == FLOW_SYN_RECEIVED))
			counters->handshake_resets++;
		half_open_mark(entry, FLOW_NONE, now);
		return false;
	}
	if (packet->tcp_flags & TCP_SYN) {
		if (tcp && entry->state != FLOW_ESTABLISHED) {
			if (entry->state == FLOW_SYN_SENT && entry->opened)
				entry->handshake = microseconds() - entry->opened;
			entry->acknowledgment = bpf_ntohl(tcp->seq) + 1;
			half_open_mark(entry, FLOW_SYN_RECEIVED, now);
		}
		return false;
	}
	if (packet->tcp_flags & TCP_FIN && entry->state == FLOW_ESTABLISHED) {
		half_open_mark(entry, FLOW_CLOSING, now);
		return false;
	}
	return is_picked_up(entry->state) || entry->state == FLOW_ESTABLISHED;
}

/*
 * A connection that stays half open because its target's answers come in by another way gets the time of an established one.
 * Whoever forges that gains nothing: such an entry gives way to others like any.
 */
static __always_inline void half_open_answered(const struct packet *packet, struct half_open *entry, __u32 now)
{
	if (packet->key.protocol != IPPROTO_TCP || packet->tcp_flags & TCP_RST || entry->answered)
		return;
	entry->answered = 1;
	half_open_mark(entry, entry->state, now);
}

#endif
