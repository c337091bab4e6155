/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The first fragment of a datagram carries the ports and leaves them for the rest. */
#ifndef WEIR_FRAGMENT_H
#define WEIR_FRAGMENT_H

#include "count.h"
#include "packet.h"

/* RFC 8200 section 4.5 gives a datagram 60 s to be whole; a sender may use an identification again after that. */
#define FRAGMENT_SECONDS 60

static __always_inline struct fragment_key fragment_key_of(const struct packet *packet)
{
	struct fragment_key key = {
		.identification = packet->identification,
		.protocol = packet->key.protocol,
		.family = packet->family,
	};

	__builtin_memcpy(key.source, packet->key.source, sizeof(key.source));
	__builtin_memcpy(key.destination, packet->key.destination, sizeof(key.destination));
	return key;
}

/* A global function: its stack is free again when the packet goes on. */
__noinline int fragment_remember(struct packet *packet, __u32 now)
{
	struct fragment fragment = { .seen = now };
	struct fragment_key key;

	if (!packet)
		return 0;
	key = fragment_key_of(packet);
	fragment.source_port = packet->key.source_port;
	fragment.destination_port = packet->key.destination_port;
	if (bpf_map_update_elem(&fragments, &key, &fragment, BPF_ANY))
		count_reason(REASON_NO_MEMORY);
	return 0;
}

/* Gives a later fragment its ports. */
__noinline int fragment_recall(struct packet *packet, __u32 now, __u32 hz)
{
	struct fragment *fragment;
	struct fragment_key key;

	if (!packet)
		return REASON_FRAGMENT_UNKNOWN;
	key = fragment_key_of(packet);
	fragment = bpf_map_lookup_elem(&fragments, &key);
	if (!fragment || elapsed(fragment->seen, now) > FRAGMENT_SECONDS * hz)
		return REASON_FRAGMENT_UNKNOWN;
	packet->key.source_port = fragment->source_port;
	packet->key.destination_port = fragment->destination_port;
	return REASON_NONE;
}

#endif
