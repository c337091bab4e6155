/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A flow: its keys, its two entries, what it is before it is confirmed, and what else is kept of it.
 * A part of abi.h, which has the rules.
 */
#ifndef WEIR_ABI_FLOW_H
#define WEIR_ABI_FLOW_H

/* clang-format off */

/* A flow has two entries; each holds the finished rewrite of its direction. */
enum direction {
	DIRECTION_FORWARD = 0, /* client to target: the destination is rewritten */
	DIRECTION_REPLY = 1,   /* target to client: the source is rewritten */
};

enum flow_state {
	FLOW_NONE = 0,	      /* main table, for a moment: one CPU removes the entry, or has not put all of its flow there yet */
	FLOW_SYN_SENT = 1,    /* half-open: the client's SYN was seen */
	FLOW_SYN_RECEIVED = 2, /* half-open: the target's SYN-ACK was seen */
	FLOW_PICKED_UP = 3,   /* half-open: began before this node knew it; a reply that is no RST confirms it */
	FLOW_UDP_NEW = 4,     /* half-open: datagrams of the client */
	FLOW_ESTABLISHED = 5, /* main table: confirmed, see handshake.h; half-open: confirmed, but there was no room */
	FLOW_CLOSING = 6,     /* main table: FIN both ways, RST after the target's FIN, or RST of the target; see flow_close();
			       * half-open: there was no room, and the target has sent its FIN */
	FLOW_REPLACED = 7,    /* main table: a SYN chose afresh; the entry waits to be overwritten or to expire */
	FLOW_UDP_ANSWERED = 8, /* half-open: a datagram of the target was seen */
	FLOW_PICKED_UP_FIN = 9, /* half-open: as FLOW_PICKED_UP, and the client has sent its FIN */
	FLOW_SHADOWED = 10,   /* in no table: a peer carried it until now */
};

/* Bits of flow.flags. */
enum flow_flag {
	FLOW_FIN_CLIENT = 1,
	FLOW_FIN_TARGET = 2,
	FLOW_RESET = 4, /* RST of either; one of the client may be forged and closes nothing */
	FLOW_DELETED = 8, /* an operator ended it */
	FLOW_OVER = 16, /* the target itself ended it: by RST, or it acknowledged the client's FIN after its own */
	FLOW_PROMOTED = 32, /* in EVENT_OPENED alone: a peer carried it until now */
};

/* IPv4 flows get a key of their own: a 40-byte key costs half as much again to look up. */
struct flow_key4 {
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	__u8 pad[3];
};
WEIR_ASSERT_SIZE(struct flow_key4, 16);

struct flow_key6 {
	__be32 source[4];
	__be32 destination[4];
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	__u8 queued; /* enum family in expiry's queue, which holds keys of both; zero in a table */
	__u16 due;   /* there: the second, of jiffies, modulo 65536, from which on expiry looks at the flow; zero in a table */
};
WEIR_ASSERT_SIZE(struct flow_key6, 40);

/* hop.interface: values that are no interface. */
#define HOP_UNRESOLVED 0u /* ask again with the next packet */
#define HOP_LINK 0xfffffffeu /* a link-local target: the interface of its zone, by the kernel's neighbours */
#define HOP_STACK 0xffffffffu /* the kernel's own stack carries it: a local target, a VLAN device */

/* Where the next packet goes: what bpf_fib_lookup said, kept because asking costs more than all the rest. */
struct hop {
	__u32 interface;
	__u8 destination_mac[6];
	__u8 source_mac[6];
	__u16 mtu;	  /* of the path, IP bytes, 0: unknown; with HOP_STACK the reason why */
	__u16 generation; /* of settings.generation when it was looked up */
};
WEIR_ASSERT_SIZE(struct hop, 20);

/*
 * One direction of a flow. 56 bytes, so that an element of the IPv4 table takes 128: the kernel's header is 48, the key 16,
 * and what allocates it adds 8. A lookup then touches two neighbouring cache lines.
 */
struct flow {
	__be32 address[4];   /* what this direction writes */
	__u16 address_delta; /* one's complement sum: new address - old address */
	__be16 port;
	__u16 target;	/* index into targets and target_counters */
	__u8 direction; /* enum direction */
	__u8 state;	/* enum flow_state */
	__u32 seen;	/* last packet, at one second's grain */
	struct hop hop;
	__u32 created; /* when the handshake was complete */
	__u8 flags;    /* enum flow_flag */
	__u8 proxy[3]; /* the listener that took it, low byte first; of the reply: what acknowledges the client's FIN, see flow_note_fin() */
};
WEIR_ASSERT_SIZE(struct flow, 56);

/*
 * A flow that is not confirmed yet. One entry serves both directions: it is found by the client's address and
 * port, which packets of both carry, so that a SYN costs one write.
 */
struct half_open {
	__be32 client[4];
	__be32 vip[4];
	__be16 client_port;
	__be16 vip_port;
	__u32 target;
	__u32 proxy;
	__u32 acknowledgment; /* host order; what the client must acknowledge: the target's initial sequence number + 1;
			       * FLOW_PICKED_UP_FIN: what acknowledges its FIN */
	__u32 created;
	__u32 opened;	 /* us, low bits: when the SYN came; 0: it was sent again, or nobody asks (SETTINGS_EVENTS) */
	__u32 handshake; /* us from there to the target's first answer; 0: not known */
	__u8 protocol;
	__u8 family;
	__u8 state; /* enum flow_state */
	__u8 answered; /* by a packet with the target's address that was not proven to be the target's */
};
WEIR_ASSERT_SIZE(struct half_open, 64);

/*
 * Seven ways of an associative cache; the oldest gives way, and of those only one that is there for want of room in the
 * main table when all are. Not an LRU hash: inserting there under eviction
 * costs 285-969 ns, here one cache line and a lock. A flood churns this table and nothing else.
 */
#define HALF_OPEN_WAYS 7
struct half_open_bucket {
	struct bpf_spin_lock lock;
	__u32 tag[HALF_OPEN_WAYS];  /* hash of the client's address, port and protocol; 0: free */
	__u32 seen[HALF_OPEN_WAYS]; /* last packet */
	__u32 lasting;		    /* a bit a way: its state is FLOW_ESTABLISHED */
	struct half_open entries[HALF_OPEN_WAYS];
};
WEIR_ASSERT_SIZE(struct half_open_bucket, 512);

/* Bytes and packets of one direction of one flow, kept only when settings asks for it. */
struct flow_totals {
	__u64 packets;
	__u64 bytes;
};
WEIR_ASSERT_SIZE(struct flow_totals, 16);

/* The first fragment leaves its ports for the rest. */
struct fragment_key {
	__be32 source[4];
	__be32 destination[4];
	__be32 identification;
	__u8 protocol;
	__u8 family;
	__u8 pad[2];
};
WEIR_ASSERT_SIZE(struct fragment_key, 40);

struct fragment {
	__be16 source_port;
	__be16 destination_port;
	__u32 seen;
};
WEIR_ASSERT_SIZE(struct fragment, 8);

/* Per CPU: room for what a new flow needs beside the 512 bytes of stack. */
struct scratch {
	struct flow forward;
	struct flow reply;
	struct flow_key6 forward_key;
	struct flow_key6 reply_key;
	struct half_open entry;
	struct half_open shadowed; /* what a shadow says, while entry is asked whether its client has begun anew */
};
WEIR_ASSERT_SIZE(struct scratch, 320);

/* clang-format on */

#endif
