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
 * Numbers of states, directions and flags are never used for anything else: they stand in entries that outlive an ABI.
 */
#ifndef WEIR_ABI_H
#define WEIR_ABI_H

#include <linux/bpf.h>

#define WEIR_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " must be " #bytes " bytes")

enum family {
	FAMILY_ANY = 0, /* a listener without an address serves both */
	FAMILY_V4 = 4,
	FAMILY_V6 = 6,
};

/* A part for each subject, which may name what stands above it. Comments there stand in columns, which the formatter would undo. */
/* clang-format off */
#include "abi_flow.h"
#include "abi_reason.h"
#include "abi_service.h"
#include "abi_target.h"
#include "abi_node.h"
#include "abi_shadow.h"
/* clang-format on */

#endif
