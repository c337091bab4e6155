// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The yardstick: the least a NAT load balancer can do. IPv4 without options, one LRU table with two entries a
 * connection made by its first packet, next hops taken from the entry for ever. No states, no expiry, no reasons, no
 * IPv6, no route lookup.
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include "prototype.h"

#define SECOND 1000000000ULL
#define TCP_OPENS(flags) (((flags) & 0x12) == 0x02)
#define TCP_ENDS 0x05
/* A TTL one smaller, in the memory order of the word it is in. */
#define TTL_DELTA 0xfffe

static __always_inline __u32 fold(__u64 sum)
{
	__u32 half;

	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	half = (sum & 0xffff) + ((__u32)sum >> 16);
	return (half & 0xffff) + (half >> 16);
}

static __always_inline void fix(__u16 *checksum, __u32 delta)
{
	__u32 sum = (__u16) ~*checksum + delta;

	sum = (sum & 0xffff) + (sum >> 16);
	*checksum = ~((sum & 0xffff) + (sum >> 16));
}

static __always_inline __u32 slot_of(const struct nat_key *key)
{
	__u64 hash = ((__u64)key->source << 32 | key->destination) * 0x9e3779b97f4a7c15ULL;

	hash ^= hash >> 29;
	hash += (__u32)key->source_port << 16 | key->destination_port;
	hash *= 0xbf58476d1ce4e5b9ULL;
	return (__u32)(hash ^ hash >> 32) % RING_SLOTS;
}

static __always_inline void fill(struct nat_entry *entry, __be32 from, __be16 from_port, __be32 to, __be16 to_port)
{
	entry->address = to;
	entry->port = to_port;
	entry->address_delta = fold((__u64)(__u32)~from + to);
	entry->both_delta = fold((__u64)(__u32)~from + to + (__u16)~from_port + to_port);
	entry->seen = bpf_ktime_get_coarse_ns();
}

/* A flow not in the table: both entries, and the forward one in *forward. -1: not for us, -2: can't be served. */
static __noinline int open_flow(struct nat_key *key, struct nat_entry *forward)
{
	struct nat_vip vip;
	struct nat_key reply_key;
	struct nat_entry reply = { .reply = 1 };
	struct nat_backend *backend;
	__u32 slot, *number;

	if (!key || !forward)
		return -1;
	vip = (struct nat_vip){ key->destination, key->destination_port, key->protocol };
	if (!bpf_map_lookup_elem(&nat_vips, &vip))
		return -1;
	slot = slot_of(key);
	number = bpf_map_lookup_elem(&nat_ring, &slot);
	backend = number ? bpf_map_lookup_elem(&nat_backends, number) : NULL;
	if (!backend || !backend->address)
		return -2;
	reply_key = (struct nat_key){ backend->address, key->source, backend->port, key->source_port, key->protocol };
	__builtin_memset(forward, 0, sizeof(*forward));
	forward->backend = reply.backend = *number;
	forward->way = backend->to_backend;
	reply.way = backend->to_client;
	fill(forward, key->destination, key->destination_port, backend->address, backend->port);
	fill(&reply, backend->address, backend->port, key->destination, key->destination_port);
	if (bpf_map_update_elem(&nat_entries, &reply_key, &reply, BPF_ANY) ||
	    bpf_map_update_elem(&nat_entries, key, forward, BPF_ANY))
		return -2;
	return 0;
}

static __always_inline void count(const struct nat_entry *entry, __u32 bytes)
{
	__u32 index = entry->backend + (entry->reply ? 256 : 0);
	struct nat_count *counter = bpf_map_lookup_elem(&nat_counts, &index);

	if (counter) {
		counter->packets++;
		counter->bytes += bytes;
	}
}

static __always_inline int is_vip(const struct nat_key *key)
{
	struct nat_vip vip = { key->destination, key->destination_port, key->protocol };

	return bpf_map_lookup_elem(&nat_vips, &vip) != NULL;
}

static __always_inline void refresh(struct nat_entry *entry, __u8 tcp_flags)
{
	__u64 now = bpf_ktime_get_coarse_ns();

	if (now - entry->seen > SECOND)
		entry->seen = now;
	if (tcp_flags & TCP_ENDS)
		entry->flags |= tcp_flags & TCP_ENDS;
}

static __always_inline void translate(struct ethhdr *ethernet, struct iphdr *ip, __be16 *ports, __u16 *checksum,
				      const struct nat_entry *entry)
{
	__builtin_memcpy(ethernet, entry->way.macs, sizeof(entry->way.macs));
	if (entry->reply) {
		ip->saddr = entry->address;
		ports[0] = entry->port;
	} else {
		ip->daddr = entry->address;
		ports[1] = entry->port;
	}
	ip->ttl--;
	fix(&ip->check, entry->address_delta + TTL_DELTA);
	if (ip->protocol == IPPROTO_TCP || *checksum)
		fix(checksum, entry->both_delta);
}

SEC("xdp.frags")
int prototype(struct xdp_md *context)
{
	void *data = (void *)(long)context->data, *end = (void *)(long)context->data_end;
	struct ethhdr *ethernet = data;
	struct iphdr *ip = (void *)(ethernet + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	struct udphdr *udp = (void *)(ip + 1);
	struct nat_entry *entry, opened;
	struct nat_key key = {};
	__u16 *checksum;
	__u8 flags = 0;

	if ((void *)(udp + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 ||
	    ip->frag_off & bpf_htons(0x3fff))
		return XDP_PASS;
	if (ip->protocol == IPPROTO_TCP && (void *)(tcp + 1) <= end) {
		flags = ((__u8 *)tcp)[13];
		checksum = &tcp->check;
	} else if (ip->protocol == IPPROTO_UDP) {
		checksum = &udp->check;
	} else {
		return XDP_PASS;
	}
	key = (struct nat_key){ ip->saddr, ip->daddr, udp->source, udp->dest, ip->protocol };
	entry = bpf_map_lookup_elem(&nat_entries, &key);
	if (entry) {
		refresh(entry, flags);
	} else {
		if (ip->protocol == IPPROTO_TCP && !TCP_OPENS(flags) && !is_vip(&key))
			return XDP_PASS;
		switch (open_flow(&key, &opened)) {
		case 0:
			break;
		case -1:
			return XDP_PASS;
		default:
			return XDP_DROP;
		}
		entry = &opened;
	}
	count(entry, end - data);
	translate(ethernet, ip, &udp->source, checksum, entry);
	return bpf_redirect(entry->way.interface, 0);
}

static int age(void *map, const void *key, struct nat_entry *entry, const __u64 *now)
{
	(void)map;
	(void)key;
	entry->seen = *now - (__u64)bpf_get_prandom_u32() % SECOND;
	return 0;
}

/* As age_flows in table.bpf.c. */
SEC("xdp.frags")
int age_entries(struct xdp_md *context)
{
	__u64 now = bpf_ktime_get_coarse_ns();

	(void)context;
	bpf_for_each_map_elem(&nat_entries, age, &now, 0);
	return XDP_PASS;
}

char bench_license[] SEC("license") = "Dual BSD/GPL";
