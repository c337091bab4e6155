/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Limits of new connections, a token bucket for each client and each target. A bucket is one number, so that two CPUs share it
 * by an atomic exchange: the time at which it will be full again. Time is counted in jiffies times the rate; a connection then
 * costs as much as there are jiffies in a second, the room for a burst is that many times the burst, and nothing is divided
 * or rounded. (That is the virtual scheduling of ITU-T I.371, annex A.)
 *
 * Asked for a flow that begins, not for one that is half open already or was picked up, and only with a limit in the settings.
 */
#ifndef WEIR_LIMIT_H
#define WEIR_LIMIT_H

#include "half_open.h"

#define LIMIT_TRIES 8 /* each one lost is a connection another CPU let through */

/*
 * Takes one connection out of a bucket, if it is in there. What is fuller than a burst leaves was filled at another rate: such
 * a bucket begins anew.
 */
static __always_inline bool limit_take(__u64 *full_at, __u64 now, __u64 cost, __u64 room)
{
	for (int i = 0; i < LIMIT_TRIES; i++) {
		__u64 before = *(volatile __u64 *)full_at;
		__u64 from = before > now && before - now <= room ? before : now;

		if (from - now + cost > room)
			return false;
		if (__sync_val_compare_and_swap(full_at, before, from + cost) == before)
			return true;
	}
	return false;
}

/* IPv6 clients by their /64: whoever has one has all of its addresses. */
static __always_inline struct source_key source_key_of(const struct half_open *entry)
{
	struct source_key key = {
		.prefix = { entry->client[0], entry->client[1] },
		.family = entry->family,
	};

	return key;
}

/* One of a table's clients gives way to one that is new; who comes again then finds his bucket full. */
static __always_inline bool limit_source(const struct half_open *entry, const struct settings *settings)
{
	__u64 now = bpf_jiffies64() * settings->source_rate;
	__u64 cost = settings->hz;
	__u64 room = cost * settings->source_burst;
	struct source_key key = source_key_of(entry);
	__u64 *full_at = bpf_map_lookup_elem(&source_limits, &key);
	__u64 first = now + cost;

	if (!full_at) {
		if (!bpf_map_update_elem(&source_limits, &key, &first, BPF_NOEXIST))
			return true;
		full_at = bpf_map_lookup_elem(&source_limits, &key);
	}
	/* No memory, or out of it again at once: nobody is refused for that. */
	return !full_at || limit_take(full_at, now, cost, room);
}

static __always_inline bool limit_target(__u32 target, const struct settings *settings)
{
	__u64 now = bpf_jiffies64() * settings->target_rate;
	__u64 cost = settings->hz;
	__u64 *full_at = bpf_map_lookup_elem(&target_limits, &target);

	return !full_at || limit_take(full_at, now, cost, cost * settings->target_burst);
}

/*
 * The reason why a flow that would begin must not; a client that is over its limit takes nothing from the target's. Changes
 * *entry when the flow is half open already.
 */
__noinline int limit_refuses(struct half_open *entry, __u32 now)
{
	const struct settings *settings = settings_find();

	if (!entry || !settings || half_open_find(entry, MATCH_VIP, now))
		return REASON_NONE;
	if (settings->flags & SETTINGS_LIMIT_SOURCES && !limit_source(entry, settings))
		return REASON_SOURCE_LIMITED;
	if (settings->flags & SETTINGS_LIMIT_TARGETS && !limit_target(entry->target, settings))
		return REASON_TARGET_LIMITED;
	return REASON_NONE;
}

/* The same for a flow that goes to another target instead. */
__noinline int limit_refuses_move(__u32 target)
{
	const struct settings *settings = settings_find();

	return settings && settings->flags & SETTINGS_LIMIT_TARGETS && !limit_target(target, settings);
}

#endif
