/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Choice of a target for a new flow: a pure function of the flow's addresses and of tables that are the same on every node. */
#ifndef WEIR_SELECT_H
#define WEIR_SELECT_H

#include "service.h"

/* Multiplier and finalizer of splitmix64 (Steele, Lea, Flood 2014). The node has the same function in Java. */
static __always_inline __u64 hash_mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0xbf58476d1ce4e5b9ULL;
	return hash ^ (hash >> 32);
}

static __always_inline __u64 hash_pair(__be32 first, __be32 second)
{
	return (__u64)bpf_ntohl(first) << 32 | bpf_ntohl(second);
}

static __always_inline __u32 flow_hash(__u32 seed, __u8 family, const struct flow_key6 *key, bool client_only)
{
	__u64 ports = (__u64)((__u32)bpf_ntohs(key->source_port) << 16 | bpf_ntohs(key->destination_port)) << 32;
	__u64 hash = seed ^ 0x9e3779b97f4a7c15ULL;

	if (family == FAMILY_V6) {
		hash = hash_mix(hash, hash_pair(key->source[0], key->source[1]));
		hash = hash_mix(hash, hash_pair(key->source[2], key->source[3]));
		if (!client_only) {
			hash = hash_mix(hash, hash_pair(key->destination[0], key->destination[1]));
			hash = hash_mix(hash, hash_pair(key->destination[2], key->destination[3]));
		}
	} else if (client_only) {
		hash = hash_mix(hash, bpf_ntohl(key->source[0]));
	} else {
		hash = hash_mix(hash, hash_pair(key->source[0], key->destination[0]));
	}
	if (!client_only)
		hash = hash_mix(hash, ports | key->protocol);
	return (hash * 0x94d049bb133111ebULL) >> 32;
}

static __always_inline struct route *route_find(__u32 proxy, const struct packet *packet)
{
	bool v6 = packet->family == FAMILY_V6;
	struct route_key key = {
		.prefix_length = v6 ? 160 : 64,
		.scope = bpf_htonl(proxy * 2 + v6),
	};

	__builtin_memcpy(key.source, packet->key.source, sizeof(key.source));
	return bpf_map_lookup_elem(&routes, &key);
}

/* The slice is switched by the node in one 8-byte store, so it is read in one load. */
static __always_inline struct group group_slice(__u32 group, __u8 family)
{
	__u32 index = group * 2 + (family == FAMILY_V6);
	volatile __u64 *slice = bpf_map_lookup_elem(&groups, &index);
	__u64 both = slice ? *slice : 0;

	return (struct group){ .offset = both, .size = both >> 32 };
}

/* The index of the target in a slot; -1: there is no such slot. */
static __always_inline int slot_target(__u32 slot)
{
	__u32 index = slot / SLOTS_IN_WORD;
	const __u64 *word = bpf_map_lookup_elem(&slots, &index);

	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the node writes a slot as two bytes of the word");
	_Static_assert(WEIR_TARGETS <= 65536, "a slot has 16 bits");
	return word ? (__u16)(*word >> 16 * (slot % SLOTS_IN_WORD)) : -1;
}

/* The slots a flow's target stands in, and the flow's own among them. */
struct choice {
	struct group slice;
	__u32 slot; /* counted from the slice's first */
};

/* Fills *choice, or says why there is no target. */
static __always_inline int select_slot(const struct packet *packet, const struct service *service, __u32 seed,
				       struct choice *choice)
{
	__u32 flags = service->flags, number = service->group;

	if (flags & SERVICE_ROUTES) {
		struct route *route = route_find(service->proxy, packet);

		if (route) {
			number = route->group;
			flags = route->flags;
		}
	}
	choice->slice = group_slice(number, packet->family);
	if (!choice->slice.size) {
		choice->slice = group_slice(number, packet->family == FAMILY_V4 ? FAMILY_V6 : FAMILY_V4);
		return choice->slice.size ? REASON_NO_TARGET_OF_FAMILY : REASON_NO_TARGET;
	}
	choice->slot =
		flow_hash(seed, packet->family, &packet->key, flags & SERVICE_PERSISTENT) * (__u64)choice->slice.size >>
		32;
	return REASON_NONE;
}

/* The target of a slot counted from the slice's first, all around; -1: none. For the verifier it is any number. */
__noinline int target_in_turn(__u32 offset, __u32 size, __u32 turn)
{
	return size ? slot_target(offset + turn % size) : -1;
}

/* Puts a target's index into *target, or says why there is none. */
static __always_inline int select_target(const struct packet *packet, const struct service *service, __u32 seed,
					 __u32 *target)
{
	struct choice choice;
	int reason = select_slot(packet, service, seed, &choice);
	int index;

	if (reason)
		return reason;
	index = slot_target(choice.slice.offset + choice.slot);
	if (index < 0)
		return REASON_NO_TARGET;
	*target = index;
	return REASON_NONE;
}

#endif
