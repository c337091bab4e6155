/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the pipeline knows of the packet it has in hand. */
#ifndef WEIR_PACKET_H
#define WEIR_PACKET_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <stddef.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

/* In test builds (WEIR_POISON) memory nobody has written yet is nonsense, so that whoever relies on zeros there is found. */
#ifdef WEIR_POISON
#define poison(place) __builtin_memset(place, 0xa5, sizeof(*(place)))
#else
#define poison(place) ((void)(place))
#endif

enum tcp_flag {
	TCP_FIN = 1,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_ACK = 16,
};

enum packet_flag {
	PACKET_VLAN = 1,
	PACKET_OPTIONS = 2,
	PACKET_FIRST_FRAGMENT = 4,
	PACKET_LATER_FRAGMENT = 8, /* has no ports of its own */
	PACKET_WHOLE_ONLY = 32, /* must not be fragmented on its way: IPv6, or IPv4 with DF */
	PACKET_CONFIRMING = 64, /* its flow went into the main table with it */
	PACKET_SEGMENTED = 16, /* stands for many smaller ones (GSO), of at most packet.segment bytes */
};

/*
 * What parsing found. Offsets instead of pointers: whoever goes on from here does so from one state, not from one for
 * each way through the headers, which is what keeps the verifier's work within its limit.
 */
struct packet {
	struct flow_key6 key; /* an IPv4 address stands in the first word */
	__be32 identification;
	__u32 bytes; /* of the IP packet, by its own header */
	__u32 interface; /* it came in by, or goes out by on the egress hook */
	__u16 network; /* offset of the IP header */
	__u16 transport; /* offset of the transport header */
	__u8 family;
	__u8 flags; /* enum packet_flag */
	__u8 tcp_flags;
	__u8 hops; /* TTL or hop limit */
	bool egress; /* the kernel has routed the packet: only replies are translated */
	__u8 pad;
	__u16 segment; /* with PACKET_SEGMENTED: IP bytes of each, before parsing without headers */
};

/*
 * Jiffies from one time to another. What another CPU wrote may be a tick ahead of the time this one read before it: that is
 * no time at all, and not the 49 days the difference would be; nor is what is older than half of that.
 */
static __always_inline __u32 elapsed(__u32 from, __u32 to)
{
	__s32 passed = to - from;

	return passed < 0 ? 0 : passed;
}

static __always_inline bool same_address(const __be32 *left, const __be32 *right)
{
	return left[0] == right[0] && left[1] == right[1] && left[2] == right[2] && left[3] == right[3];
}

/* fe80::/10: alike on every link, so that an address without its interface leads nowhere (RFC 4291 section 2.5.6). */
static __always_inline bool address_is_link_local(__u8 family, const __be32 *address)
{
	return family == FAMILY_V6 && (bpf_ntohl(address[0]) & 0xffc00000) == 0xfe800000;
}

/* Numbers of which 24 bits are enough, where there is room for no more. */
static __always_inline __u32 low24_of(const __u8 *bytes)
{
	return bytes[0] | (__u32)bytes[1] << 8 | (__u32)bytes[2] << 16;
}

static __always_inline void low24_put(__u8 *bytes, __u32 number)
{
	bytes[0] = number;
	bytes[1] = number >> 8;
	bytes[2] = number >> 16;
}

#define LOOPBACK_INTERFACE 1 /* in every network namespace */

static __always_inline bool address_is_loopback(__u8 family, const __be32 *address)
{
	if (family == FAMILY_V4)
		return (bpf_ntohl(address[0]) >> 24) == 127;
	return !address[0] && !address[1] && !address[2] && address[3] == bpf_htonl(1);
}

#endif
