/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the node does about shadows, a record each: it knows whose they are, but not which flows this node carries itself at
 * this moment, nor which packets are on their way. Run by one thread of the node; packets on other CPUs look at shadows, and
 * make them void, all the while.
 */
#include <linux/pkt_cls.h>
#include "confirm.h"
#include "fill.h"
#include "half_open.h"
#include "shadow_place.h"

static __always_inline struct flow_key6 shadow_flow_key_of(const struct shadow_record *record)
{
	struct flow_key6 key = {
		.source_port = record->client_port,
		.destination_port = record->vip_port,
		.protocol = record->protocol,
	};

	__builtin_memcpy(key.source, record->client, sizeof(key.source));
	__builtin_memcpy(key.destination, record->vip, sizeof(key.destination));
	return key;
}

/* The last packet of either direction. */
static __always_inline __u32 shadow_flow_idle(const struct flow *flow, const struct flow *twin, __u32 now)
{
	__u32 idle = elapsed(flow->seen, now), other = twin ? elapsed(twin->seen, now) : idle;

	return idle < other ? idle : other;
}

/*
 * Whether this node carries a flow itself and goes on to: it has had a packet since its peer had the last one, or a moment ago
 * (last-seen is kept at one second's grain). One to another target is another connection of the same client's port, and of the
 * two the later one is right.
 */
__noinline int shadow_is_carried(__u32 index, __u32 now)
{
	const struct shadow_record *record = bpf_map_lookup_elem(&shadow_records, &index);
	const struct settings *settings = settings_find();
	struct flow_key6 key, twin_key;
	struct flow *flow, *twin;
	__u32 idle;

	if (!record || !settings)
		return 0;
	key = shadow_flow_key_of(record);
	flow = flow_find(record->family, &key);
	if (!flow || flow->direction != DIRECTION_FORWARD || flow_state_of(flow) != FLOW_ESTABLISHED)
		return 0;
	if (!same_address(flow->address, record->target) || flow->port != record->target_port)
		return elapsed(flow->created, now) < record->age;
	twin = flow_twin(record->family, &key, flow, &twin_key);
	idle = shadow_flow_idle(flow, twin, now);
	return idle < record->idle || idle < 2 * settings->hz;
}

/*
 * A flow that was silent here and goes on at a peer is that one's. It leaves the main table without an end: it has none. One
 * that closes is left to end here.
 */
__noinline int shadow_give_up(__u32 index)
{
	const struct shadow_record *record = bpf_map_lookup_elem(&shadow_records, &index);
	struct flow_key6 key, twin_key;
	struct flow *flow, *twin;

	if (!record)
		return 0;
	key = shadow_flow_key_of(record);
	flow = flow_find(record->family, &key);
	if (!flow || flow->direction != DIRECTION_FORWARD || !flow_turn(flow, FLOW_ESTABLISHED, FLOW_REPLACED))
		return 0;
	ending_mark(&key);
	count_moved(low24_of(flow->proxy), flow->target, -1);
	twin = flow_twin(record->family, &key, flow, &twin_key);
	if (twin)
		flow_forget_twin(record->family, twin, &twin_key);
	return 1;
}

static __always_inline bool shadow_has_target(const struct shadow_record *record)
{
	struct target_key key = { .port = record->target_port, .family = record->family };

	__builtin_memcpy(key.address, record->target, sizeof(key.address));
	return bpf_map_lookup_elem(&target_indices, &key) != NULL;
}

/* The same flow, told again, perhaps by another owner. False: a packet has just made it this node's own. */
static __always_inline bool shadow_put_again(const struct shadow_record *record, struct shadow *shadow,
					     struct shadow_state *state, __u32 now)
{
	__u32 before = shadow_holder(shadow);

	if (!(__u8)before || !shadow_turn(shadow, before, holder_of(record->owner, record->proxy)))
		return false;
	shadow_count(state, before, -1);
	shadow_count(state, record->owner, 1);
	shadow->created = now - record->age;
	shadow->heard = now;
	return true;
}

/*
 * Whether the connection that another peer carries to another target began after the record's: who was parted from the others, or
 * claimed what a dead node had left, tells of one that has ended meanwhile.
 */
static __always_inline bool shadow_is_later(const struct shadow *standing, const struct shadow_record *record,
					    __u32 now)
{
	return (__u8)shadow_holder(standing) != record->owner && elapsed(standing->created, now) < record->age;
}

static __always_inline void shadow_fill(struct shadow *shadow, const struct shadow_record *record, __u32 now)
{
	__builtin_memcpy(shadow->vip, record->vip, sizeof(shadow->vip));
	__builtin_memcpy(shadow->target, record->target, sizeof(shadow->target));
	shadow->vip_port = record->vip_port;
	shadow->target_port = record->target_port;
	shadow->created = now - record->age;
	shadow->owner = record->owner;
	__builtin_memcpy(shadow->proxy, record->proxy, sizeof(shadow->proxy));
	shadow->heard = now;
}

__noinline int shadow_put(__u32 index, __u32 now)
{
	struct shadow_record *record = bpf_map_lookup_elem(&shadow_records, &index);
	const struct settings *settings = settings_find();
	struct shadow_state *state = shadow_state_find();
	struct shadow *standing, fresh;
	struct shadow_key6 place;
	int ordinal;

	if (!record || !state || !settings)
		return SHADOW_REFUSED;
	place = shadow_place_of(record);
	ordinal = shadow_place_for(record, &place);
	if (ordinal < 0)
		return SHADOW_REFUSED;
	place.ordinal = ordinal;
	standing = shadow_at(record->family, &place);
	if (standing && !shadow_is_void(standing)) {
		if (shadow_is(standing, SHADOW_OF_TARGET, record->target, record->target_port))
			return shadow_put_again(record, standing, state, now) ? SHADOW_DONE : SHADOW_KEPT;
		if (shadow_is_later(standing, record, now))
			return SHADOW_OUTDATED;
		shadow_void(state, standing);
	} else if (state->all >= settings->full) {
		return SHADOW_REFUSED;
	}
	shadow_fill(&fresh, record, now);
	if (shadow_store(record->family, &place, &fresh))
		return SHADOW_REFUSED;
	if (standing)
		__sync_fetch_and_add(&state->voids, -1);
	shadow_count(state, record->owner, 1);
	return SHADOW_DONE;
}

__noinline int shadow_remove(__u32 index)
{
	struct shadow_record *record = bpf_map_lookup_elem(&shadow_records, &index);
	struct shadow_state *state = shadow_state_find();
	struct shadow_key6 place;
	struct shadow *shadow;

	if (!record || !state)
		return SHADOW_ABSENT;
	place = shadow_place_of(record);
	shadow = record->owner ? shadow_of(record, &place) : NULL;
	if (shadow)
		shadow_void(state, shadow);
	shadow_tidy(record->family, &place, state);
	return shadow ? SHADOW_DONE : SHADOW_ABSENT;
}

/* The shadow of one owner becomes another's, if it stands as the record has it. */
__noinline int shadow_hand_over(__u32 index)
{
	struct shadow_record *record = bpf_map_lookup_elem(&shadow_records, &index);
	struct shadow_state *state = shadow_state_find();
	struct shadow_key6 place;
	struct shadow *shadow;
	__u32 holder;

	if (!record || !state || !record->owner || !record->heir)
		return SHADOW_ABSENT;
	place = shadow_place_of(record);
	shadow = shadow_of(record, &place);
	if (!shadow || !shadow_is(shadow, SHADOW_OF_TARGET, record->target, record->target_port))
		return SHADOW_ABSENT;
	holder = shadow_holder(shadow);
	if ((__u8)holder != record->owner || !shadow_turn(shadow, holder, (holder & ~0xffu) | record->heir))
		return SHADOW_ABSENT;
	shadow_count(state, record->owner, -1);
	shadow_count(state, record->heir, 1);
	return SHADOW_DONE;
}

/* Puts the flow of a shadow into the main table, as if its last packet had come now. */
__noinline int shadow_claim(__u32 index, __u32 now)
{
	const struct shadow_record *record = bpf_map_lookup_elem(&shadow_records, &index);
	const struct settings *settings = settings_find();
	const struct expiry *expiry = expiry_find();
	struct shadow_key6 place;
	struct shadow *shadow;
	struct scratch *new;
	struct target *target;
	__u32 zero = 0;
	int found;

	new = bpf_map_lookup_elem(&shadow_scratch, &zero);
	if (!record || !settings || !new)
		return SHADOW_REFUSED;
	place = shadow_place_of(record);
	shadow = shadow_of(record, &place);
	if (!shadow)
		return SHADOW_ABSENT;
	__builtin_memset(&new->entry, 0, sizeof(new->entry));
	__builtin_memcpy(new->entry.client, record->client, sizeof(new->entry.client));
	new->entry.client_port = record->client_port;
	new->entry.protocol = record->protocol;
	new->entry.family = record->family;
	found = shadow_read(shadow, &new->entry);
	if (found != SHADOW_FOUND)
		return found == SHADOW_STRAY ? SHADOW_UNKNOWN : SHADOW_ABSENT;
	target = bpf_map_lookup_elem(&targets, &new->entry.target);
	if (!target)
		return SHADOW_UNKNOWN;
	if (is_full(expiry, settings))
		return SHADOW_REFUSED;
	fill_forward(new, target, now);
	fill_reply(new, target, now);
	fill_keys(new, target);
	switch (flow_confirm(record->family, new, settings)) {
	case CONFIRM_DONE:
		count_moved(new->entry.proxy, new->entry.target, 1);
		new->forward.flags |= FLOW_PROMOTED;
		if (settings->flags & SETTINGS_EVENTS)
			event_emit(EVENT_OPENED, record->family, &new->forward_key, &new->forward, now, 0, NULL, NULL);
		return SHADOW_DONE;
	case CONFIRM_ALREADY:
	case CONFIRM_TAKEN:
		return SHADOW_KEPT;
	default:
		return SHADOW_REFUSED;
	}
}

/* Not static: the verifier looks at a global function once, not once for each record. 0: the records end here. */
__noinline int shadow_work(__u32 index)
{
	struct shadow_record *record = bpf_map_lookup_elem(&shadow_records, &index);
	__u32 now = bpf_jiffies64();
	int result = SHADOW_ABSENT;

	if (!record)
		return 0;
	switch (record->work) {
	case SHADOW_PUT:
		result = shadow_is_carried(index, now) ? SHADOW_KEPT : shadow_put(index, now);
		if (result == SHADOW_DONE) {
			shadow_give_up(index); /* only now: a packet in between finds one or the other */
			result = shadow_has_target(record) ? SHADOW_DONE : SHADOW_UNKNOWN;
		}
		break;
	case SHADOW_REMOVE:
	case SHADOW_TIDY:
		result = shadow_remove(index);
		break;
	case SHADOW_TURN:
		result = shadow_hand_over(index);
		break;
	case SHADOW_CLAIM:
		result = shadow_claim(index, now);
		if (result == SHADOW_DONE || result == SHADOW_KEPT)
			shadow_remove(index);
		break;
	default:
		return 0;
	}
	record->result = result;
	return 1;
}

SEC("tc")
int weir_shadow(struct __sk_buff *context)
{
	struct shadow_state *state = shadow_state_find();

	(void)context;
	if (!state)
		return 0;
	state->jiffies = bpf_jiffies64();
	for (__u32 i = 0; i < SHADOW_RECORDS; i++)
		if (!shadow_work(i))
			break;
	return 0;
}

char weir_license[] SEC("license") = "Dual BSD/GPL";
