/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Targets: where they are, the way there, and what was counted of them.
 * A part of abi.h, which has the rules.
 */
#ifndef WEIR_ABI_TARGET_H
#define WEIR_ABI_TARGET_H

/* clang-format off */

struct target {
	__be32 address[4];
	__be16 port;
	__u8 family;
	__u8 pad;
	__u32 interface; /* of a link-local target's zone, else 0 */
	__u32 pad2[2];
};
WEIR_ASSERT_SIZE(struct target, 32);

struct target_key {
	__be32 address[4];
	__be16 port;
	__u8 family;
	__u8 pad;
};
WEIR_ASSERT_SIZE(struct target_key, 20);

/* Per CPU: the way to a target, shared by its new flows and refreshed at most once a second. */
struct target_hop {
	struct hop hop;
	__u32 seen; /* when it was looked up */
};
WEIR_ASSERT_SIZE(struct target_hop, 24);

/* Per CPU. Sums over CPUs are exact; active may be negative on one CPU. */
struct target_counters {
	__u64 packets[2]; /* by enum direction */
	__u64 bytes[2];
	__u64 connections;	  /* confirmed flows */
	__s64 active;		  /* confirmed - ended */
	__u64 syns;		  /* new TCP connections sent there, without retransmissions */
	__u64 handshakes;	  /* completed */
	__u64 handshake_resets;	  /* answered by RST */
	__u64 handshake_timeouts; /* not completed in time */
	__u64 early_resets;	  /* RST by the target within a second of the handshake */
	__u64 pad;
};
WEIR_ASSERT_SIZE(struct target_counters, 96);

/* Whose new connections are counted together: an IPv4 address, an IPv6 /64. */
struct source_key {
	__be32 prefix[2];
	__u32 family;
};
WEIR_ASSERT_SIZE(struct source_key, 12);

struct connection_key {
	__u32 proxy;
	__u32 target;
};
WEIR_ASSERT_SIZE(struct connection_key, 8);

/* Per CPU, of a proxy at a target. Sums over CPUs are exact; active may be negative on one CPU. */
struct connection_counts {
	__u64 opened; /* confirmed flows */
	__s64 active; /* confirmed - ended */
};
WEIR_ASSERT_SIZE(struct connection_counts, 16);

/* clang-format on */

#endif
