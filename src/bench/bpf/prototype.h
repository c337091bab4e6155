/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tables of the prototype, see prototype.bpf.c. */
#ifndef WEIR_BENCH_PROTOTYPE_H
#define WEIR_BENCH_PROTOTYPE_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define RING_SLOTS 65537

struct nat_key {
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 destination_port;
	__u32 protocol;
};

/* Where a frame leaves: destination and source MAC. */
struct nat_way {
	__u32 interface;
	__u8 macs[12];
};

struct nat_entry {
	__be32 address;
	__be16 port;
	__u8 reply;
	__u8 flags;
	__u32 address_delta;
	__u32 both_delta; /* of address and port */
	__u64 seen;
	__u32 backend;
	struct nat_way way;
	__u32 pad[5];
};

struct nat_vip {
	__be32 address;
	__be16 port;
	__u16 protocol;
};

struct nat_backend {
	__be32 address;
	__be16 port;
	__u16 pad;
	struct nat_way to_backend;
	struct nat_way to_client;
};

struct nat_count {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 20);
	__type(key, struct nat_key);
	__type(value, struct nat_entry);
} nat_entries SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct nat_vip);
	__type(value, __u32);
} nat_vips SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RING_SLOTS);
	__type(key, __u32);
	__type(value, __u32);
} nat_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct nat_backend);
} nat_backends SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 512);
	__type(key, __u32);
	__type(value, struct nat_count);
} nat_counts SEC(".maps");

#endif
