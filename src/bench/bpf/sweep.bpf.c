// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The data path's own expiry, a slice by each run instead of by a timer: the kernel counts the time of programs, not
 * that of timers.
 */
#include "weir_expire.bpf.c"

SEC("tc")
int sweep_slice(struct __sk_buff *context)
{
	struct expiry *expiry = expiry_find();

	(void)context;
	return expiry ? slice(NULL, NULL, expiry) : TC_ACT_SHOT;
}
