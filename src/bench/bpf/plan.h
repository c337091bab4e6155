/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which packets a benchmark sends: one frame, for one flow or many. */
#ifndef WEIR_BENCH_PLAN_H
#define WEIR_BENCH_PLAN_H

#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define FRAME_WORDS 10
#define FRAME_BYTES (8 * FRAME_WORDS)

/* A flow's number becomes 14 bits of client port and the rest of client address. */
#define PORT_BITS 14
#define FIRST_PORT 1024

enum pick {
	PICK_SAME = 0,    /* always flow 0 */
	PICK_RANDOM = 1,   /* any of mask + 1 flows */
	PICK_SEQUENCE = 2, /* the next flow */
};

struct plan {
	__u64 frame[FRAME_WORDS];
	__u32 address_at; /* offset of the client's address, or of its last word */
	__u32 port_at;   /* offset of the client's port */
	__u32 mask; /* flows - 1, a power of two - 1 */
	__u32 pick; /* enum pick */
	__u32 program;  /* driver: which one runs */
	__u32 interface; /* generator: where frames leave */
	__u32 client; /* last word of flow 0's client address, host order */
	__u32 pad;
	__u64 random;
	__u64 sequence;
	__u64 failed;  /* packets that reached no program */
	__u64 jiffies; /* written by tell_time */
};

static __always_inline __u64 random_next(__u64 *state)
{
	__u64 x = *state;

	/* xorshift64 (Marsaglia 2003) */
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*state = x;
	return x >> 20;
}

static __always_inline __u32 plan_flow(struct plan *plan)
{
	switch (plan->pick) {
	case PICK_RANDOM:
		return random_next(&plan->random) & plan->mask;
	case PICK_SEQUENCE:
		return ++plan->sequence & plan->mask;
	default:
		return 0;
	}
}

/*
 * Writes the header of a frame, its first words (a constant, at least those up to the ports): what a program did to the
 * last one is gone. False: the packet is too short.
 */
static __always_inline int plan_write(struct plan *plan, const struct xdp_md *context, __u32 words, __be32 *client)
{
	void *data = (void *)(long)context->data, *end = (void *)(long)context->data_end;
	__u32 flow = plan_flow(plan);
	__be32 *address;
	__be16 *port;

	if (data + 8 * words > end)
		return 0;
#pragma unroll
	for (__u32 i = 0; i < words; i++)
		((__u64 *)data)[i] = plan->frame[i];
	if (plan->address_at > FRAME_BYTES || plan->port_at > FRAME_BYTES)
		return 0;
	address = data + plan->address_at;
	port = data + plan->port_at;
	if ((void *)(address + 1) > end || (void *)(port + 1) > end)
		return 0;
	*client = bpf_htonl(plan->client + (flow >> PORT_BITS));
	*address = *client;
	*port = bpf_htons(FIRST_PORT + (flow & ((1 << PORT_BITS) - 1)));
	return 1;
}

#endif
