/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the data path and the node share: the only truth about every struct that crosses the boundary.
 * The node compares its classes with this through BTF before it attaches anything, and pins maps under
 * a directory named by the hash of these layouts: a map of another shape is never adopted.
 *
 * Rules: fixed-width types, explicit padding, no bitfields, no unions, nothing packed.
 * Addresses are four words; an IPv4 address stands in the first, the rest are zero.
 * Times are the low 32 bits of jiffies: reading them costs nothing in a program, and a difference of two
 * is right as long as it is below 24 days at 1000 Hz, which the timeouts are.
 * Numbers of states, directions and flags are never given anew: they stand in entries that outlive an ABI.
 */
#ifndef WEIR_ABI_H
#define WEIR_ABI_H

#include <linux/bpf.h>

/* The comments stand in columns, which the formatter would undo. */
/* clang-format off */

#define WEIR_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " must be " #bytes " bytes")

enum family {
	FAMILY_ANY = 0, /* a listener without an address serves both */
	FAMILY_V4 = 4,
	FAMILY_V6 = 6,
};

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

/*
 * Why a packet was not plainly forwarded. Each reason has one verdict, named in its comment; a counter
 * stands at the index of the reason. "passed rewritten" means: translated, then given to the kernel,
 * which does what a router does (ARP, ICMP, options, fragmentation) and sends it on. Those that are
 * dropped stand side by side: is_drop() asks for the range.
 */
enum reason {
	REASON_NONE = 0,		/* plain forwarding, not counted here */
	REASON_NOT_IP = 1,		/* passed: neither IPv4 nor IPv6 */
	REASON_NOT_SERVICE = 2,		/* passed: no listener and no flow for it */
	REASON_PROTOCOL = 3,		/* passed: neither TCP, UDP nor an ICMP error */
	REASON_TRUNCATED = 4,		/* passed: headers end before they should, or their lengths lie */
	REASON_EXTENSION_HEADER = 5,	/* passed: an IPv6 header that must not be translated, or too many */
	REASON_FRAGMENT_UNKNOWN = 6,	/* passed: a later fragment whose first one was not seen */
	REASON_ICMP_UNMATCHED = 7,	/* passed: an ICMP error about no flow of ours */
	REASON_NOT_UNICAST = 8,	/* passed: for all or many hosts; a listener without an address takes what is for one */
	REASON_NO_FLOW = 9,		/* passed: to a listener, but it neither opens a connection nor belongs to one */
	REASON_LOCAL_TARGET = 10,	/* passed rewritten: this host's own address, or one the kernel would not forward to */
	REASON_NO_NEIGHBOUR = 11,	/* passed rewritten: the next hop's MAC is not known yet */
	REASON_NO_ROUTE = 12,		/* passed rewritten: no route, or one that refuses */
	REASON_FORWARDING_OFF = 13,	/* passed rewritten: forwarding is off on the interface */
	REASON_NOT_REDIRECTABLE = 14,	/* passed rewritten: the outgoing interface takes no redirect (VLAN, tunnel) */
	REASON_MTU_EXCEEDED = 15,	/* passed rewritten: larger than the path; the kernel answers or fragments */
	REASON_TTL_EXCEEDED = 16,	/* passed rewritten: a client's, at its end; the kernel answers */
	REASON_REPLY_MTU_EXCEEDED = 17,	/* passed: a target's, larger than the path and not to be cut; the kernel answers the target */
	REASON_REPLY_TTL_EXCEEDED = 18,	/* passed: a target's, at its end; the kernel answers the target */
	REASON_IP_OPTIONS = 19,		/* passed rewritten: IPv4 options or hop-by-hop header; the kernel obeys them */
	REASON_VLAN = 20,		/* passed rewritten: tagged; the kernel knows the tag's device */
	REASON_LINK_LOCAL = 21,		/* passed rewritten: a link-local target; the kernel finds the neighbour, TC names the link */
	REASON_PICKED_UP = 22,		/* forwarded: a connection that began elsewhere was adopted by its hash */
	REASON_TABLE_FULL = 23,		/* forwarded from the half-open table, or a shadow: no room in the main one */
	REASON_HALF_OPEN_EVICTED = 24,	/* forwarded: its half-open flow took the place of another that was not over */
	REASON_REPLY_UNPROVEN = 25,	/* forwarded: a target's by its address, but not from where that is: changes nothing */
	REASON_NO_TARGET = 26,		/* dropped: every weight of the group is zero, or the target is gone */
	REASON_NO_TARGET_OF_FAMILY = 27, /* dropped: the group has targets, none of the client's family */
	REASON_REPLY_TAKEN = 28,	/* dropped: this client's port is answered for another VIP by each target that was tried */
	REASON_LINK_UNREACHABLE = 29,	/* dropped: to a link-local target that needs TC, or a packet that needs the stack or another MTU */
	REASON_REWRITE_FAILED = 30,	/* dropped: the kernel refused a write; nothing half-translated leaves */
	REASON_SOURCE_LIMITED = 31,	/* dropped: the client opens connections faster than :per-source allows */
	REASON_TARGET_LIMITED = 32,	/* dropped: the target is sent connections faster than :per-backend allows */
	REASON_NO_MEMORY = 33,		/* forwarded: no memory for a fragment or statistics entry */
	REASON_REPLY_NO_NEIGHBOUR = 34,	/* passed: a target's, the next hop's MAC is not known yet; translated where it leaves */
	REASON_FLOW_NO_MEMORY = 35,	/* forwarded from the half-open table, or a shadow: the kernel has no memory for entries of the main one */
	REASON_PROMOTED = 36,		/* forwarded: the first packet here of a flow that a peer carried */
	REASON_COUNT = 37,
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

/* address and interface select a listener: (VIP, 0) or (zero, interface). */
struct service_key {
	__be32 address[4];
	__u32 interface; /* 0 for a VIP */
	__be16 port;
	__u8 protocol;
	__u8 family; /* FAMILY_ANY for a listener without an address */
};
WEIR_ASSERT_SIZE(struct service_key, 24);

/* Bits of service.flags and route.flags. */
enum service_flag {
	SERVICE_ROUTES = 1,	/* has source routes */
	SERVICE_PERSISTENT = 2, /* the client's address alone chooses the target */
	SERVICE_PICK_UP = 4,	/* adopt connections that began elsewhere (listeners with a VIP) */
};

struct service {
	__u32 proxy;
	__u32 group;
	__u32 flags; /* enum service_flag */
	__u32 pad;
};
WEIR_ASSERT_SIZE(struct service, 16);

/* One trie for all proxies and both families: the fixed part is proxy * 2 + (IPv6 ? 1 : 0). */
struct route_key {
	__u32 prefix_length; /* 32 bits of scope + the route's own prefix */
	__be32 scope;
	__be32 source[4];
};
WEIR_ASSERT_SIZE(struct route_key, 24);

struct route {
	__u32 group;
	__u32 flags; /* SERVICE_PERSISTENT */
};
WEIR_ASSERT_SIZE(struct route, 8);

/* A slice of the slots. Group g has the IPv4 slice at index 2 g and the IPv6 slice at 2 g + 1. Written in one 8-byte store. */
struct group {
	__u32 offset;
	__u32 size; /* 0: no target of this family */
};
WEIR_ASSERT_SIZE(struct group, 8);

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

/*
 * Four bits a port, sixteen ports a word: word = port / 16, bits = 4 * (port % 16). A packet of ours has a
 * listener's port as destination or a target's port as source; all others leave after this look.
 */
enum port_bit {
	PORT_LISTENER_TCP = 1,
	PORT_LISTENER_UDP = 2,
	PORT_TARGET_TCP = 4,
	PORT_TARGET_UDP = 8,
};
#define PORT_WORDS 4096

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
