/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the node says to the data path, and what that tells it: settings, events and the state of expiry.
 * A part of abi.h, which has the rules.
 */
#ifndef WEIR_ABI_NODE_H
#define WEIR_ABI_NODE_H

/* clang-format off */

enum link_flag {
	LINK_REDIRECT = 1, /* takes XDP redirects */
};

struct link {
	__u32 flags;
};
WEIR_ASSERT_SIZE(struct link, 4);

enum rest {
	REST_SECONDS = 60, /* the longest that expiry rests, see settings.resting */
};

enum settings_flag {
	SETTINGS_EVENTS = 1, /* flow events into the ring buffer */
	SETTINGS_TOTALS = 2, /* packets and bytes of every flow */
	SETTINGS_LIMIT_SOURCES = 4, /* new connections of each client */
	SETTINGS_LIMIT_TARGETS = 8, /* new connections to each target */
};

/* One element, written by the node while packets pass. Times in jiffies. */
struct settings {
	__u32 generation; /* raised when links, routes or neighbours changed: cached hops are looked up anew */
	__u32 flags;	  /* enum settings_flag */
	__u32 hz;	  /* jiffies in a second */
	__u32 established_timeout;
	__u32 udp_timeout;
	__u32 syn_timeout;
	__u32 closing_timeout;
	__u32 half_open_mask; /* buckets - 1 */
	__u32 seed;	      /* of the choice of target: the same on all nodes of a cluster */
	__u32 crowded;	      /* flows in the main tables from which on only what is proven gets in, and a client's RST is believed */
	__u32 strangers[4];   /* bit n: no listener has or had an address whose bytes, XORed, are n modulo 128; 0: look for one */
	__u32 full;	      /* flows in the main tables of both families from which on no more get in */
	__u32 source_rate;    /* with SETTINGS_LIMIT_SOURCES: new connections a second of a client */
	__u32 source_burst;   /* and at once */
	__u32 target_rate;    /* with SETTINGS_LIMIT_TARGETS: the same to a target */
	__u32 target_burst;
	__u32 look_again;     /* expiry looks at a flow after this time although it knows of no end; 0: whenever it comes by */
	__u32 resting;	      /* jiffies up to which expiry leaves flows alone, as they are being moved; 0: it does not */
};
WEIR_ASSERT_SIZE(struct settings, 84);

enum event_type {
	EVENT_OPENED = 1,
	EVENT_CLOSED = 2,
};

/* Addresses as the client sees them: client and VIP; the target by its index. */
struct event {
	__u64 time; /* ns, monotonic: when it was told */
	__u64 packets[2];
	__u64 bytes[2];
	__be32 client[4];
	__be32 vip[4];
	__be16 client_port;
	__be16 vip_port;
	__u32 target;
	__u32 proxy;
	__u32 duration;	 /* jiffies from the confirmation to the last packet */
	__u32 idle;	 /* jiffies from the last packet until it was told: an end is found by expiry */
	__u32 handshake; /* us from the client's SYN to the target's answer; 0: not known, or not EVENT_OPENED */
	__u8 type;	 /* enum event_type */
	__u8 protocol;
	__u8 family;
	__u8 flags; /* enum flow_flag */
	__u32 pad;
};
WEIR_ASSERT_SIZE(struct event, 104);

/* The second hand of expiry: the state of the timer that walks the flows a slice at a time. */
struct expiry {
	struct bpf_timer timer;
	__s64 flows;	/* in the main tables: confirmed, not yet removed */
	__u64 examined; /* flows passed since the map was made */
	__u64 expired;	/* flows removed */
	__u64 slices;	/* times the timer fired */
	__u64 lost;	/* flows that found no place in the queue again; 0 unless there is a bug */
	__u32 half_open_cursor;
	__u32 jiffies; /* when the last slice ran, for readers without a clock of this kind */
	__u32 round;   /* raised when every flow has been passed; see ending_mark() */
	__u32 left;    /* flows to pass until then */
};
WEIR_ASSERT_SIZE(struct expiry, 72);

/*
 * The packet weir_amend is run with: what the node's copy of an earlier data path's flows adds to counts that go on meanwhile.
 * The node cannot write them itself: that would undo what the data path counts in between, and stop the timer.
 */
struct amendment {
	__s64 flows;  /* to expiry.flows */
	__s64 active; /* to the active flows of */
	__u32 target; /* this one, in all */
	__u32 proxy;  /* and by this proxy */
};
WEIR_ASSERT_SIZE(struct amendment, 24);

/* clang-format on */

#endif
