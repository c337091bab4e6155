/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reasons, by which packets are counted. A part of abi.h, which has the rules. */
#ifndef WEIR_ABI_REASON_H
#define WEIR_ABI_REASON_H

/* clang-format off */

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

/* clang-format on */

#endif
