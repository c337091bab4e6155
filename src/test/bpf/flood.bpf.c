/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A SYN flood: every run writes a whole new frame (the kernel recycles pages without clearing them) from a random address
 * of 10.64.0.0/10 and a random port, with right checksums, and sends it out. The test fills in where from and to.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#ifndef INTERFACE
#define INTERFACE 1
#define SOURCE_MAC { 0 }
#define DESTINATION_MAC { 0 }
#define VIP 0
#define PORT 0
#endif

struct syn {
	struct ethhdr ethernet;
	struct iphdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

static __always_inline __sum16 checksum(const __be16 *words, int count, __u32 sum)
{
	for (int i = 0; i < count; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

SEC("xdp")
int flood(struct xdp_md *context)
{
	struct syn *frame = (void *)(long)context->data;
	struct syn syn = {
		.ethernet = { .h_source = SOURCE_MAC, .h_dest = DESTINATION_MAC, .h_proto = bpf_htons(ETH_P_IP) },
		.ip = { .version = 4,
			.ihl = 5,
			.ttl = 64,
			.protocol = IPPROTO_TCP,
			.tot_len = bpf_htons(sizeof(struct iphdr) + sizeof(struct tcphdr)),
			.frag_off = bpf_htons(0x4000),
			.saddr = bpf_htonl(0x0a400000 | (bpf_get_prandom_u32() & 0x3fffff)),
			.daddr = bpf_htonl(VIP) },
		.tcp = { .source = bpf_get_prandom_u32() | bpf_htons(1024),
			 .dest = bpf_htons(PORT),
			 .seq = bpf_get_prandom_u32(),
			 .doff = 5,
			 .syn = 1,
			 .window = bpf_htons(64240) },
	};
	__u32 pseudo = bpf_htons(IPPROTO_TCP) + bpf_htons(sizeof(struct tcphdr));

	if ((void *)(frame + 1) > (void *)(long)context->data_end)
		return XDP_DROP;
	syn.ip.check = checksum((void *)&syn.ip, sizeof(syn.ip) / 2, 0);
	pseudo += (syn.ip.saddr & 0xffff) + (syn.ip.saddr >> 16) + (syn.ip.daddr & 0xffff) + (syn.ip.daddr >> 16);
	syn.tcp.check = checksum((void *)&syn.tcp, sizeof(syn.tcp) / 2, pseudo);
	*frame = syn;
	return bpf_redirect(INTERFACE, 0);
}

char flood_license[] SEC("license") = "Dual BSD/GPL";
