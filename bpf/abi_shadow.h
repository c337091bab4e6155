/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Flows that peers carry, held ready, and what the node wants done about them.
 * A part of abi.h, which has the rules.
 */
#ifndef WEIR_ABI_SHADOW_H
#define WEIR_ABI_SHADOW_H

/* clang-format off */

/* A flow that a peer carries, held ready here: found by the client's side, which packets of both directions show. */
struct shadow_key4 {
	__be32 client;
	__be16 client_port;
	__u8 protocol;
	__u8 ordinal; /* tells apart the few flows of one client's port, to several VIPs: all below a place that is taken are taken */
};
WEIR_ASSERT_SIZE(struct shadow_key4, 8);

struct shadow_key6 {
	__be32 client[4];
	__be16 client_port;
	__u8 protocol;
	__u8 ordinal;
};
WEIR_ASSERT_SIZE(struct shadow_key6, 20);

#define SHADOW_ORDINALS 4

/*
 * 48 bytes, so that an element of either family takes 128: the kernel's header is 48, the key 8 or 24, and what allocates it
 * adds 8. Indices of targets differ from node to node, so it names the target itself.
 */
struct shadow {
	__be32 vip[4];
	__be32 target[4];
	__be16 vip_port;
	__be16 target_port;
	__u32 created; /* when it was confirmed */
	__u8 owner;    /* the peer that carries it, a number the node gives; 0: the place is void */
	__u8 proxy[3]; /* this node's number of the listener */
	__u32 heard;   /* when its owner told of it */
};
WEIR_ASSERT_SIZE(struct shadow, 48);

#define SHADOW_OWNERS 256

/* Whose shadows a number marks, for the next process of the node. It is said before the first of them is put. */
struct shadow_owner {
	__u64 table;   /* which of the peer's tables they are flows of, as it told; 0: it is not known */
	__u8 name[64]; /* zeros after its end; none: the number is nobody's */
};
WEIR_ASSERT_SIZE(struct shadow_owner, 72);

/* Counts over the shadows of both families, exact at any time. */
struct shadow_state {
	__s64 all;   /* that are not void */
	__s64 voids; /* places that a flow left when it became this node's own, or ended */
	__s64 owned[SHADOW_OWNERS];
	__u32 jiffies; /* when weir_shadow ran last, for readers without a clock of this kind */
	__u32 pad;
};
WEIR_ASSERT_SIZE(struct shadow_state, 2072);

enum shadow_work {
	SHADOW_NOTHING = 0, /* the records end here */
	SHADOW_PUT = 1,	    /* a peer carries this flow */
	SHADOW_REMOVE = 2,  /* this owner's flow has ended */
	SHADOW_CLAIM = 3,   /* this owner is dead, the flow this node's own from now on */
	SHADOW_TIDY = 4,    /* removes the void places of a client's port */
	SHADOW_TURN = 5,    /* another peer carries this owner's flow as well, and goes on to */
};

enum shadow_result {
	SHADOW_ABSENT = 0,  /* there is no such shadow of this owner */
	SHADOW_DONE = 1,
	SHADOW_KEPT = 2,    /* not put: this node carries the flow; or not claimed: it did so already, and the shadow has gone */
	SHADOW_REFUSED = 3, /* no room; a shadow that was to be claimed stays */
	SHADOW_UNKNOWN = 4, /* put, but this node has no such target; or for that not claimed */
	SHADOW_OUTDATED = 5, /* not put: another peer carries a later connection of the same client's port */
};

/* What the node wants done about one shadow. */
struct shadow_record {
	__be32 client[4];
	__be32 vip[4];
	__be32 target[4];
	__be16 client_port;
	__be16 vip_port;
	__be16 target_port;
	__u8 protocol;
	__u8 family;
	__u32 age;     /* jiffies since it was confirmed */
	__u32 idle;    /* jiffies since its last packet */
	__u8 owner;
	__u8 proxy[3];
	__u8 work;     /* enum shadow_work */
	__u8 result;   /* enum shadow_result, written by the program */
	__u8 heir;     /* whose it is after a SHADOW_TURN */
	__u8 pad;
};
WEIR_ASSERT_SIZE(struct shadow_record, 72);

/* clang-format on */

#endif
