// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Runs a program on one packet of a plan after the other. The header is restored each time, because a program under
 * BPF_PROG_TEST_RUN gets the packet it left behind; what that costs is measured with `nothing` and subtracted.
 */
#include "plan.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct plan);
} plans SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__uint(value_size, 4);
} programs SEC(".maps");

SEC("xdp.frags")
int drive(struct xdp_md *context)
{
	__u32 zero = 0;
	struct plan *plan = bpf_map_lookup_elem(&plans, &zero);
	__be32 client;

	if (!plan)
		return XDP_ABORTED;
	if (plan_write(plan, context, FRAME_WORDS, &client))
		bpf_tail_call(context, &programs, plan->program);
	plan->failed++;
	return XDP_ABORTED;
}

SEC("xdp.frags")
int nothing(struct xdp_md *context)
{
	(void)context;
	return XDP_REDIRECT;
}

/* What time it is for the data path, in its unit. */
SEC("xdp.frags")
int tell_time(struct xdp_md *context)
{
	__u32 zero = 0;
	struct plan *plan = bpf_map_lookup_elem(&plans, &zero);

	(void)context;
	if (plan)
		plan->jiffies = bpf_jiffies64();
	return XDP_PASS;
}

char bench_license[] SEC("license") = "Dual BSD/GPL";
