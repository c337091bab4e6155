// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Works on the data path's own flow tables: what a lookup alone costs, and flows as old as they are under steady
 * traffic. */
#include <stdbool.h>
#include "abi.h"
#include "plan.h"

/* The data path's; their sizes come from there. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct flow_key4);
	__type(value, struct flow);
} flows4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct flow_key6);
	__type(value, struct flow);
} flows6 SEC(".maps");

struct walk {
	struct flow_key6 key; /* of flow 0, forward */
	__u32 mask;
	__u32 client;
	__u32 hz;
	__u32 pad;
	__u64 random;
	__u64 sum; /* so that nothing is optimised away */
	__u64 missed;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct walk);
} walks SEC(".maps");

/* Lookups a run: the cost of a run itself is spread over them. */
#define LOOKUPS 64

static __always_inline struct walk *walk_find(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&walks, &zero);
}

static __always_inline void count_hit(struct walk *walk, const struct flow *flow)
{
	if (flow)
		walk->sum += flow->target;
	else
		walk->missed++;
}

static __always_inline int look4(bool really)
{
	struct walk *walk = walk_find();
	struct flow_key4 key;

	if (!walk)
		return XDP_ABORTED;
	key = (struct flow_key4){ .destination = walk->key.destination[0],
				  .destination_port = walk->key.destination_port,
				  .protocol = walk->key.protocol };
	for (int i = 0; i < LOOKUPS; i++) {
		__u32 flow = random_next(&walk->random) & walk->mask;

		key.source = bpf_htonl(walk->client + (flow >> PORT_BITS));
		key.source_port = bpf_htons(FIRST_PORT + (flow & ((1 << PORT_BITS) - 1)));
		if (really)
			count_hit(walk, bpf_map_lookup_elem(&flows4, &key));
		else
			walk->sum += key.source + key.source_port;
	}
	return XDP_PASS;
}

static __always_inline int look6(bool really)
{
	struct walk *walk = walk_find();
	struct flow_key6 key;

	if (!walk)
		return XDP_ABORTED;
	key = walk->key;
	for (int i = 0; i < LOOKUPS; i++) {
		__u32 flow = random_next(&walk->random) & walk->mask;

		key.source[3] = bpf_htonl(walk->client + (flow >> PORT_BITS));
		key.source_port = bpf_htons(FIRST_PORT + (flow & ((1 << PORT_BITS) - 1)));
		if (really)
			count_hit(walk, bpf_map_lookup_elem(&flows6, &key));
		else
			walk->sum += key.source[3] + key.source_port;
	}
	return XDP_PASS;
}

SEC("xdp.frags")
int make_keys4(struct xdp_md *context)
{
	(void)context;
	return look4(false);
}

SEC("xdp.frags")
int look_up4(struct xdp_md *context)
{
	(void)context;
	return look4(true);
}

SEC("xdp.frags")
int make_keys6(struct xdp_md *context)
{
	(void)context;
	return look6(false);
}

SEC("xdp.frags")
int look_up6(struct xdp_md *context)
{
	(void)context;
	return look6(true);
}

struct aging {
	__u32 now;
	__u32 hz;
};

static int age(void *map, const void *key, struct flow *flow, struct aging *aging)
{
	(void)map;
	(void)key;
	flow->seen = aging->now - bpf_get_prandom_u32() % aging->hz;
	return 0;
}

/*
 * Last-seen is written once a second: under steady traffic the flows' ages are spread over that second. A benchmark's
 * short bursts would otherwise write all of them, or none.
 */
static __always_inline int age_all(void *map)
{
	struct walk *walk = walk_find();
	struct aging aging = { .now = bpf_jiffies64() };

	if (!walk || !walk->hz)
		return XDP_ABORTED;
	aging.hz = walk->hz;
	bpf_for_each_map_elem(map, age, &aging, 0);
	return XDP_PASS;
}

SEC("xdp.frags")
int age_flows4(struct xdp_md *context)
{
	(void)context;
	return age_all(&flows4);
}

SEC("xdp.frags")
int age_flows6(struct xdp_md *context)
{
	(void)context;
	return age_all(&flows6);
}

char bench_license[] SEC("license") = "Dual BSD/GPL";
