/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One's complement arithmetic of RFC 1624: a delta is the folded sum of new - old, whatever the byte order. */
#ifndef WEIR_CHECKSUM_H
#define WEIR_CHECKSUM_H

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

/* What a TTL one smaller does to the word of TTL and protocol. */
#define TTL_DELTA ((__u16)~bpf_htons(0x0100))

/* The same for the hop limit of IPv6, which no checksum of the packet covers. */
#define HOP_LIMIT_DELTA ((__u16)~bpf_htons(0x0001))

static __always_inline __u16 checksum_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static __always_inline __u16 checksum_words_delta(const __be32 *from, const __be32 *to, int words)
{
	__u64 sum = 0;

#pragma unroll
	for (int i = 0; i < words; i++)
		sum += (__u64)(__u32)~from[i] + to[i];
	return checksum_fold(sum);
}

static __always_inline __u16 checksum_address_delta(__u8 family, const __be32 *from, const __be32 *to)
{
	return family == FAMILY_V4 ? checksum_words_delta(from, to, 1) : checksum_words_delta(from, to, 4);
}

/* Cheaper to reckon than to keep. The key is that of the packet, or of the flow it speaks of. */
static __always_inline __u16 checksum_port_delta(const struct flow_key6 *key, const struct flow *flow)
{
	__be16 from = flow->direction == DIRECTION_FORWARD ? key->destination_port : key->source_port;
	__u32 sum = (__u32)(__u16)~from + flow->port;

	return (sum & 0xffff) + (sum >> 16);
}

/* HC' = ~(~HC + delta). delta may hold the sum of a few deltas. */
static __always_inline __u16 checksum_apply(__u16 checksum, __u32 delta)
{
	__u32 sum = (__u16)~checksum + delta;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

#endif
