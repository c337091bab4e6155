/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One map of each kind the binding knows, and programs that touch them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum colour {
	COLOUR_RED = 1,
	COLOUR_BLUE = 7,
};

struct point {
	__u32 x;
	__u8 tag[4];
};

struct shape {
	__u64 area;
	struct point corners[2];
	__u16 kind;
	__u16 pad[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1000);
	__type(key, __u32);
	__type(value, struct shape);
} shapes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 600);
	__type(key, __u32);
	__type(value, __u32);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__type(value, struct point);
} waiting SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} told SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} calls SEC(".maps");

SEC("xdp.frags")
int first(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;
	__u32 key = 1;
	__u32 *count = bpf_map_lookup_elem(&counts, &key);
	__u32 *number = bpf_map_lookup_elem(&numbers, &key);
	__u64 *record;

	if (count)
		(*count)++;
	record = bpf_ringbuf_reserve(&told, sizeof(*record), 0);
	if (record) {
		*record = number ? *number : 0;
		bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	}
	if ((void *)(data + 14) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	data[0] = ctx->ingress_ifindex;
	bpf_tail_call(ctx, &calls, 0);
	return XDP_TX;
}

SEC("xdp")
int second(struct xdp_md *ctx)
{
	return XDP_ABORTED;
}

SEC("tc")
int marked(struct __sk_buff *skb)
{
	return skb->ifindex == 1 ? 7 : 2;
}

SEC("syscall")
int called(void *ctx)
{
	return 42;
}

SEC("?xdp")
int refused(struct xdp_md *ctx)
{
	return *(__u8 *)(long)ctx->data;
}

struct shape shape_in_types;
enum colour colour_in_types;

char terms[] SEC("license") = "GPL";
