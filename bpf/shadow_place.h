/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where the shadow of a record's flow stands, or is to stand: in one of the places of its client's port, all below which are
 * taken or void. Used by weir_shadow alone, of which one runs at a time.
 */
#ifndef WEIR_SHADOW_PLACE_H
#define WEIR_SHADOW_PLACE_H

#include "shadow.h"

static __always_inline struct shadow_key6 shadow_place_of(const struct shadow_record *record)
{
	struct shadow_key6 place = { .client_port = record->client_port, .protocol = record->protocol };

	__builtin_memcpy(place.client, record->client, sizeof(place.client));
	return place;
}

static __always_inline long shadow_store(__u8 family, const struct shadow_key6 *place, const struct shadow *shadow)
{
	struct shadow_key4 key4;

	if (family == FAMILY_V6)
		return bpf_map_update_elem(&shadows6, place, shadow, BPF_ANY);
	key4 = shadow_key4_of(place);
	return bpf_map_update_elem(&shadows4, &key4, shadow, BPF_ANY);
}

static __always_inline long shadow_delete(__u8 family, const struct shadow_key6 *place)
{
	struct shadow_key4 key4;

	if (family == FAMILY_V6)
		return bpf_map_delete_elem(&shadows6, place);
	key4 = shadow_key4_of(place);
	return bpf_map_delete_elem(&shadows4, &key4);
}

static __always_inline bool shadow_is_void(const struct shadow *shadow)
{
	return !(__u8)shadow_holder(shadow);
}

/* Removes the void places of a client's port behind which no other stands. */
static __always_inline void shadow_tidy(__u8 family, struct shadow_key6 *place, struct shadow_state *state)
{
	int taken = 0;

	for (int i = 0; i < SHADOW_ORDINALS; i++) {
		place->ordinal = i;
		if (!shadow_at(family, place))
			break;
		taken = i + 1;
	}
	for (int i = SHADOW_ORDINALS - 1; i >= 0; i--) {
		const struct shadow *shadow;

		if (i >= taken)
			continue;
		place->ordinal = i;
		shadow = shadow_at(family, place);
		if (!shadow || !shadow_is_void(shadow) || shadow_delete(family, place))
			break;
		__sync_fetch_and_add(&state->voids, -1);
	}
}

/*
 * Whether a shadow's place, of those of its client's port, is this one: it is the flow's already, or void, or the first that is
 * free. A flow stands in one place only: those that follow are looked through for it before a void one is given to it.
 */
static __always_inline int shadow_place_for(const struct shadow_record *record, struct shadow_key6 *place)
{
	int vacant = -1;

	for (int i = 0; i < SHADOW_ORDINALS; i++) {
		const struct shadow *shadow;

		place->ordinal = i;
		shadow = shadow_at(record->family, place);
		if (!shadow)
			return vacant < 0 ? i : vacant;
		if (shadow_is_void(shadow))
			vacant = vacant < 0 ? i : vacant;
		else if (shadow_is(shadow, SHADOW_OF_VIP, record->vip, record->vip_port))
			return i;
	}
	return vacant;
}

/* The shadow of a record's flow, if it is this owner's; place is where it stands. */
static __always_inline struct shadow *shadow_of(const struct shadow_record *record, struct shadow_key6 *place)
{
	for (int i = 0; i < SHADOW_ORDINALS; i++) {
		struct shadow *shadow;

		place->ordinal = i;
		shadow = shadow_at(record->family, place);
		if (!shadow)
			break;
		if (shadow_is(shadow, SHADOW_OF_VIP, record->vip, record->vip_port) &&
		    (__u8)shadow_holder(shadow) == record->owner)
			return shadow;
	}
	return NULL;
}

#endif
