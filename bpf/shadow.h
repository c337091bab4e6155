/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Flows that peers carry, held ready: when a packet of one comes here, its owner is dead or its way has changed.
 *
 * Packets look, and make void what has become this node's own; all else is done by weir_shadow, which the node runs one at a
 * time. So a place is never moved while a packet looks for it: one that others stand behind becomes void, and is given anew.
 */
#ifndef WEIR_SHADOW_H
#define WEIR_SHADOW_H

#include "maps.h"
#include "packet.h"

enum shadow_match {
	SHADOW_OF_VIP = 0,    /* by client and VIP: a packet of the client */
	SHADOW_OF_TARGET = 1, /* by client and target: a packet of the target */
};

enum shadow_found {
	SHADOW_MISSING = 0,
	SHADOW_FOUND = 1,
	SHADOW_STRAY = 2, /* its target is none of this node's */
};

static __always_inline struct shadow_state *shadow_state_find(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&shadow_state, &zero);
}

/* A node without peers pays no more than this. */
static __always_inline bool has_shadows(void)
{
	const struct shadow_state *state = shadow_state_find();

	return state && *(const volatile __s64 *)&state->all > 0;
}

static __always_inline struct shadow_key4 shadow_key4_of(const struct shadow_key6 *place)
{
	struct shadow_key4 key4 = {
		.client = place->client[0],
		.client_port = place->client_port,
		.protocol = place->protocol,
		.ordinal = place->ordinal,
	};

	return key4;
}

static __always_inline struct shadow *shadow_at(__u8 family, const struct shadow_key6 *place)
{
	struct shadow_key4 key4;

	if (family == FAMILY_V6)
		return bpf_map_lookup_elem(&shadows6, place);
	key4 = shadow_key4_of(place);
	return bpf_map_lookup_elem(&shadows4, &key4);
}

/* Owner and proxy in one word, so that they change at once: the owner is its low byte. */
static __always_inline __u32 shadow_holder(const struct shadow *shadow)
{
	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the owner is the low byte of its word");
	_Static_assert(offsetof(struct shadow, owner) % 4 == 0, "owner and proxy are a word");
	return *(const volatile __u32 *)&shadow->owner;
}

static __always_inline __u32 holder_of(__u8 owner, const __u8 *proxy)
{
	return owner | low24_of(proxy) << 8;
}

/* Gives a shadow to another owner, unless a packet was faster and made it void. */
static __always_inline bool shadow_turn(struct shadow *shadow, __u32 from, __u32 to)
{
	return __sync_val_compare_and_swap((__u32 *)&shadow->owner, from, to) == from;
}

static __always_inline void shadow_count(struct shadow_state *state, __u8 owner, __s64 by)
{
	__sync_fetch_and_add(&state->all, by);
	__sync_fetch_and_add(&state->owned[owner], by);
}

/* Whoever makes it void counts it. It may be given to another owner at this moment, but hardly twice. */
static __always_inline void shadow_void(struct shadow_state *state, struct shadow *shadow)
{
	for (int i = 0; i < 2; i++) {
		__u32 holder = shadow_holder(shadow);
		__u8 owner = holder;

		if (!owner)
			return;
		if (shadow_turn(shadow, holder, 0)) {
			shadow_count(state, owner, -1);
			__sync_fetch_and_add(&state->voids, 1);
			return;
		}
	}
}

static __always_inline bool shadow_is(const struct shadow *shadow, __u32 match, const __be32 *address, __be16 port)
{
	if (match == SHADOW_OF_TARGET)
		return shadow->target_port == port && same_address(shadow->target, address);
	return shadow->vip_port == port && same_address(shadow->vip, address);
}

/*
 * What a shadow says, in the words of a flow that is not confirmed yet. The memory of one that was removed may be another's
 * at once: what changed while it was read is not believed.
 */
static __always_inline int shadow_read(const struct shadow *shadow, struct half_open *found)
{
	__u32 holder = shadow_holder(shadow);
	struct target_key key = { .port = shadow->target_port, .family = found->family };
	__u32 heard = *(const volatile __u32 *)&shadow->heard, *index;

	if (!(__u8)holder)
		return SHADOW_MISSING;
	__builtin_memcpy(key.address, shadow->target, sizeof(key.address));
	__builtin_memcpy(found->vip, shadow->vip, sizeof(found->vip));
	found->vip_port = shadow->vip_port;
	found->created = shadow->created;
	found->proxy = holder >> 8;
	found->state = FLOW_SHADOWED;
	if (shadow_holder(shadow) != holder || *(const volatile __u32 *)&shadow->heard != heard)
		return SHADOW_MISSING;
	index = bpf_map_lookup_elem(&target_indices, &key);
	if (!index)
		return SHADOW_STRAY;
	found->target = *index;
	return SHADOW_FOUND;
}

/* The shadow of a packet's flow, by its key; an enum shadow_found. Fills *found unless it is missing. */
__noinline int shadow_find(struct flow_key6 *key, __u32 family, __u32 match, struct half_open *found)
{
	struct shadow_key6 place = {};
	const struct shadow *shadow;

	if (!key || !found)
		return SHADOW_MISSING;
	__builtin_memset(found, 0, sizeof(*found));
	found->family = family;
	found->protocol = key->protocol;
	if (match == SHADOW_OF_TARGET) {
		__builtin_memcpy(found->client, key->destination, sizeof(found->client));
		found->client_port = key->destination_port;
	} else {
		__builtin_memcpy(found->client, key->source, sizeof(found->client));
		found->client_port = key->source_port;
	}
	__builtin_memcpy(place.client, found->client, sizeof(place.client));
	place.client_port = found->client_port;
	place.protocol = key->protocol;
	for (int i = 0; i < SHADOW_ORDINALS; i++) {
		bool is;
		int result;

		place.ordinal = i;
		shadow = shadow_at(family, &place);
		if (!shadow)
			return SHADOW_MISSING;
		is = match == SHADOW_OF_TARGET ? shadow_is(shadow, match, key->source, key->source_port) :
						 shadow_is(shadow, match, key->destination, key->destination_port);
		result = is ? shadow_read(shadow, found) : SHADOW_MISSING;
		if (is && result == SHADOW_MISSING) /* void, or told again while it was read */
			result = shadow_read(shadow, found);
		if (result != SHADOW_MISSING)
			return result;
	}
	return SHADOW_MISSING;
}

/* The flow in the scratch is this node's own from now on: what a peer carried under its addresses is past. */
__noinline int shadow_supersede(void)
{
	struct shadow_state *state = shadow_state_find();
	const struct scratch *new = scratch_find();
	struct shadow_key6 place = {};
	struct shadow *shadow;

	if (!new || !state)
		return 0;
	__builtin_memcpy(place.client, new->entry.client, sizeof(place.client));
	place.client_port = new->entry.client_port;
	place.protocol = new->entry.protocol;
	for (int i = 0; i < SHADOW_ORDINALS; i++) {
		place.ordinal = i;
		shadow = shadow_at(new->entry.family, &place);
		if (!shadow)
			break;
		if (shadow_is(shadow, SHADOW_OF_VIP, new->entry.vip, new->entry.vip_port))
			shadow_void(state, shadow);
	}
	return 0;
}

#endif
