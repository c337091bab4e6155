/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every map, its sizes as loaded without a node (the node sets max_entries from :max-connections before it
 * loads), and its one user-space writer while packets pass. "data path" means no user-space writer at all, but for the
 * copy of an earlier data path's maps before and while its programs are switched.
 * All are pinned by name, so that the XDP, TC and expiry objects, and the next process, share them.
 */
#ifndef WEIR_MAPS_H
#define WEIR_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

#define WEIR_CONNECTIONS 100000
#define WEIR_TARGETS 16384
#define WEIR_GROUPS 32768

/*
 * The flow tables: two entries a connection. Writer: data path.
 *
 * Not preallocated: a node without flows of a family does not pay for them, and what is allocated as it fills lies in the
 * kernel's large pages instead of vmalloc's small ones. In a table for 1M connections a lookup takes 188 ns instead of 220,
 * and a packet of 128k flows 0.92 of the prototype's time instead of 1.05. A handshake pays for it while the table grows:
 * three packets together 2.0 of the prototype's instead of 1.5, for two allocations. (Before kernel 6.1 the node preallocates.)
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 2 * WEIR_CONNECTIONS);
	__type(key, struct flow_key4);
	__type(value, struct flow);
} flows4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 2 * WEIR_CONNECTIONS);
	__type(key, struct flow_key6);
	__type(value, struct flow);
} flows6 SEC(".maps");

/*
 * Writer: data path. max_entries is a power of two; settings.half_open_mask follows it. Nobody maps it into memory, but what
 * may be mapped begins at a page, so that a bucket's tags and each entry fill one cache line instead of parts of two.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, struct half_open_bucket);
} half_open_flows SEC(".maps");

/*
 * Forward keys of both families in the order they will be looked at by expiry: its size is what bounds the
 * connections of a node. Writer: data path.
 */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, WEIR_CONNECTIONS + 1024);
	__type(value, struct flow_key6);
} expiry_queue SEC(".maps");

/*
 * Eight marks of a byte each: flows that may end sooner than expiry's queue says, by a hash of their forward key. Small, so
 * that it stays in the CPU's cache while expiry walks; two flows at one mark cost a look. Writer: data path.
 */
#define ENDING_MARKS_BITS 17
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, (1 << ENDING_MARKS_BITS) / 8);
	__type(key, __u32);
	__type(value, __u64);
} ending_marks SEC(".maps");

/* Forward keys of flows that an operator ends; expiry takes them from here. Writer: the node. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 16384);
	__type(value, struct flow_key6);
} ending_queue SEC(".maps");

/* Writer: data path. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct expiry);
} expiry_state SEC(".maps");

/* Packets and bytes of one direction of a flow, with SETTINGS_TOTALS. Writer: data path. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 2 * WEIR_CONNECTIONS);
	__type(key, struct flow_key4);
	__type(value, struct flow_totals);
} totals4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 2 * WEIR_CONNECTIONS);
	__type(key, struct flow_key6);
	__type(value, struct flow_totals);
} totals6 SEC(".maps");

/* Writer: data path. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct fragment_key);
	__type(value, struct fragment);
} fragments SEC(".maps");

/* Writer: the engine's thread, like all that follow up to the counters. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct service_key);
	__type(value, struct service);
} services SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 262144);
	__type(key, struct route_key);
	__type(value, struct route);
} routes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2 * WEIR_GROUPS);
	__type(key, __u32);
	__type(value, struct group);
} groups SEC(".maps");

/*
 * Target indices, four to an element: one takes 8 bytes, however small its value. Memory-mapped by the node, which fills a slice
 * before a group points at it. Read with slot_target().
 */
#define SLOTS_IN_WORD 4
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4194304 / SLOTS_IN_WORD);
	__type(key, __u32);
	__type(value, __u64);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, WEIR_TARGETS);
	__type(key, __u32);
	__type(value, struct target);
} targets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, WEIR_TARGETS);
	__type(key, struct target_key);
	__type(value, __u32);
} target_indices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, PORT_WORDS);
	__type(key, __u32);
	__type(value, __u64);
} ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct link);
} links SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct settings);
} settings SEC(".maps");

/* Counters and caches. Writer: data path. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, REASON_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} verdicts SEC(".maps");

/* Cleared by the engine's thread when it gives an index to a target: one that no flow counts at. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WEIR_TARGETS);
	__type(key, __u32);
	__type(value, struct target_counters);
} target_counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WEIR_TARGETS);
	__type(key, __u32);
	__type(value, struct target_hop);
} target_hops SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} scratch SEC(".maps");

/* Confirmed flows by proxy and target. Writer: data path; the node removes those without any, whose proxy or target has gone. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct connection_key);
	__type(value, struct connection_counts);
} connections SEC(".maps");

/*
 * Limits of new connections, see limit.h: when a bucket will be full again. A client that was not seen for longer than so many
 * others has a full one. Writer: data path.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct source_key);
	__type(value, __u64);
} source_limits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, WEIR_TARGETS);
	__type(key, __u32);
	__type(value, __u64);
} target_limits SEC(".maps");

/*
 * Flows that peers carry. Not preallocated; the node makes them for one flow where it has no peers. Writer: weir_shadow, which
 * the node runs; packets make shadows void and change nothing else.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, WEIR_CONNECTIONS);
	__type(key, struct shadow_key4);
	__type(value, struct shadow);
} shadows4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, WEIR_CONNECTIONS);
	__type(key, struct shadow_key6);
	__type(value, struct shadow);
} shadows6 SEC(".maps");

/* Writer: data path. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct shadow_state);
} shadow_state SEC(".maps");

/* By number. Writer: the node. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SHADOW_OWNERS);
	__type(key, __u32);
	__type(value, struct shadow_owner);
} shadow_owners SEC(".maps");

/* What weir_shadow is to do with its next run; few enough that its CPU is not kept from packets for long. Writer: the node. */
#define SHADOW_RECORDS 128
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SHADOW_RECORDS);
	__type(key, __u32);
	__type(value, struct shadow_record);
} shadow_records SEC(".maps");

/* Room for what weir_shadow makes, beside its stack: a packet may come in between on its CPU, and has the other. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} shadow_scratch SEC(".maps");

/* Events for the node: never woken by a packet (765 ns), the node looks every few milliseconds. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4194304);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} events_lost SEC(".maps");

/* The maps of one element. */
static __always_inline const struct settings *settings_find(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&settings, &zero);
}

static __always_inline struct scratch *scratch_find(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&scratch, &zero);
}

static __always_inline struct expiry *expiry_find(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&expiry_state, &zero);
}

#endif
