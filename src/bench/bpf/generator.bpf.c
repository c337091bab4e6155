// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Traffic: a source that BPF_PROG_TEST_RUN drives with live frames, a sink that counts, and the least a program between
 * the two can do.
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include "checksum.h"
#include "plan.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct plan);
} plans SEC(".maps");

enum count {
	COUNT_SUNK = 0,
	COUNT_MAX = 1,
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNT_MAX);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

/* Where `redirect` sends everything. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} ways SEC(".maps");

/* What is written of a frame of 60 bytes: up to the end of a UDP header and then some. */
#define GENERATED_WORDS 7

/* The kernel recycles the pages of live frames without resetting them: the whole header is written for every packet. */
SEC("xdp.frags")
int generate(struct xdp_md *context)
{
	void *data = (void *)(long)context->data, *end = (void *)(long)context->data_end;
	struct iphdr *ip = data + sizeof(struct ethhdr);
	__u32 zero = 0;
	struct plan *plan = bpf_map_lookup_elem(&plans, &zero);
	__be32 client, first;

	if (!plan || !plan_write(plan, context, GENERATED_WORDS, &client) || (void *)(ip + 1) > end)
		return XDP_DROP;
	first = bpf_htonl(plan->client);
	ip->check = checksum_apply(ip->check, checksum_words_delta(&first, &client, 1));
	return bpf_redirect(plan->interface, 0);
}

/* Neighbour discovery and the like go on; IPv4 is counted and dropped. */
SEC("xdp.frags")
int sink(struct xdp_md *context)
{
	void *data = (void *)(long)context->data, *end = (void *)(long)context->data_end;
	struct ethhdr *ethernet = data;
	__u32 index = COUNT_SUNK;
	__u64 *count = bpf_map_lookup_elem(&counts, &index);

	if ((void *)(ethernet + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP) || !count)
		return XDP_PASS;
	(*count)++;
	return XDP_DROP;
}

SEC("xdp.frags")
int redirect(struct xdp_md *context)
{
	__u32 zero = 0;
	__u32 *interface = bpf_map_lookup_elem(&ways, &zero);

	(void)context;
	return interface ? bpf_redirect(*interface, 0) : XDP_DROP;
}

SEC("xdp.frags")
int pass(struct xdp_md *context)
{
	(void)context;
	return XDP_PASS;
}

char bench_license[] SEC("license") = "Dual BSD/GPL";
