/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which listener a packet is for, and which group its connection goes to.
 * A part of abi.h, which has the rules.
 */
#ifndef WEIR_ABI_SERVICE_H
#define WEIR_ABI_SERVICE_H

/* clang-format off */

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

/* clang-format on */

#endif
