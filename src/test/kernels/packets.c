/* SPDX-License-Identifier: Apache-2.0 */
/* Runs handshakes through the programs: what comes out must be addressed, routed and summed as it ought to be. */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "guest.h"

#define SLOTS_IN_WORD 4 /* as in maps.h */
#define LISTENER_PORT 80
#define TARGET_PORT 8080
#define CLIENT "\x02\0\0\0\0\x02" /* the neighbours' MACs end as their addresses do */
#define TARGET "\x02\0\0\0\0\x03"

enum tcp_flag {
	SYN = 2,
	ACK = 16,
};

struct party {
	struct in6_addr address; /* an IPv4 address stands in the first word */
	__u16 port;
};

struct frame {
	unsigned char bytes[128];
	__u32 size;
};

static struct party party(int family, const char *v4, const char *v6, __u16 port)
{
	struct party party = { .port = port };

	inet_pton(family == FAMILY_V4 ? AF_INET : AF_INET6, family == FAMILY_V4 ? v4 : v6, &party.address);
	return party;
}

static __u32 sum(const void *data, __u32 size, __u32 begin)
{
	const __u16 *words = data;

	for (__u32 i = 0; i < size / 2; i++)
		begin += words[i];
	while (begin >> 16)
		begin = (begin & 0xffff) + (begin >> 16);
	return begin;
}

static __u32 network_size(int family)
{
	return family == FAMILY_V4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
}

/* Of the TCP segment with its pseudo header: 0xffff when the checksum in it is right. */
static __u32 segment_sum(const struct frame *frame, int family)
{
	const unsigned char *ip = frame->bytes + ETH_HLEN;
	__u32 size = frame->size - ETH_HLEN - network_size(family);
	__u32 addresses = family == FAMILY_V4 ? sum(ip + 12, 8, 0) : sum(ip + 8, 32, 0);

	return sum(ip + network_size(family), size, addresses + htons(IPPROTO_TCP) + htons(size));
}

static struct frame segment(int family, struct party from, struct party to, __u8 flags, __u32 sequence,
			    __u32 acknowledgment)
{
	struct frame frame = { .size = ETH_HLEN + network_size(family) + sizeof(struct tcphdr) };
	struct ethhdr *ethernet = (void *)frame.bytes;
	struct iphdr *v4 = (void *)(ethernet + 1);
	struct ipv6hdr *v6 = (void *)(ethernet + 1);
	struct tcphdr *tcp = (void *)(frame.bytes + ETH_HLEN + network_size(family));

	ethernet->h_proto = htons(family == FAMILY_V4 ? ETH_P_IP : ETH_P_IPV6);
	if (family == FAMILY_V4) {
		*v4 = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP };
		v4->tot_len = htons(frame.size - ETH_HLEN);
		memcpy(&v4->saddr, &from.address, 4);
		memcpy(&v4->daddr, &to.address, 4);
		v4->check = ~sum(v4, sizeof(*v4), 0);
	} else {
		*v6 = (struct ipv6hdr){ .version = 6, .hop_limit = 64, .nexthdr = IPPROTO_TCP };
		v6->payload_len = htons(sizeof(*tcp));
		memcpy(&v6->saddr, &from.address, 16);
		memcpy(&v6->daddr, &to.address, 16);
	}
	tcp->source = htons(from.port);
	tcp->dest = htons(to.port);
	tcp->seq = htonl(sequence);
	tcp->ack_seq = htonl(acknowledgment);
	tcp->doff = 5;
	tcp->syn = !!(flags & SYN);
	tcp->ack = !!(flags & ACK);
	tcp->window = htons(1000);
	tcp->check = ~segment_sum(&frame, family);
	return frame;
}

/* Whether the frame goes from one to the other, with one hop less (unless the stack sends it) and right checksums. */
static bool is_between(const struct frame *frame, int family, struct party from, struct party to, const char *mac)
{
	const struct iphdr *v4 = (void *)(frame->bytes + ETH_HLEN);
	const struct ipv6hdr *v6 = (void *)(frame->bytes + ETH_HLEN);
	const struct tcphdr *tcp = (void *)(frame->bytes + ETH_HLEN + network_size(family));
	int hops = mac ? 63 : 64;

	if (family == FAMILY_V4 && (memcmp(&v4->saddr, &from.address, 4) || memcmp(&v4->daddr, &to.address, 4) ||
				    sum(v4, sizeof(*v4), 0) != 0xffff || v4->ttl != hops))
		return false;
	if (family == FAMILY_V6 &&
	    (memcmp(&v6->saddr, &from.address, 16) || memcmp(&v6->daddr, &to.address, 16) || v6->hop_limit != hops))
		return false;
	return (!mac || !memcmp(frame->bytes, mac, ETH_ALEN)) && tcp->source == htons(from.port) &&
	       tcp->dest == htons(to.port) && segment_sum(frame, family) == 0xffff;
}

/* Sends the frame through a program as if it came in (or, on egress, went out) by the interface; the verdict. */
static int run(const char *program, int interface, struct frame *frame)
{
	struct xdp_md xdp = { .data_end = frame->size, .ingress_ifindex = interface };
	struct __sk_buff skb = { .ifindex = interface };
	bool is_xdp = !strcmp(program, "weir_xdp");
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame->bytes, .data_size_in = frame->size,
		    .data_out = frame->bytes, .data_size_out = sizeof(frame->bytes),
		    .ctx_in = is_xdp ? (void *)&xdp : (void *)&skb, .ctx_size_in = is_xdp ? sizeof(xdp) : sizeof(skb));
	int error = bpf_prog_test_run_opts(program_of(program), &options);

	frame->size = options.data_size_out;
	return error ? error : (int)options.retval;
}

static int sent_on(const char *program)
{
	return !strcmp(program, "weir_xdp") ? XDP_TX : !strcmp(program, "weir_egress") ? TC_ACT_OK : TC_ACT_REDIRECT;
}

static bool is_established(int family, struct party client, struct party vip)
{
	struct flow_key4 key4 = { .source_port = htons(client.port), .destination_port = htons(vip.port) };
	struct flow_key6 key6 = { .source_port = htons(client.port), .destination_port = htons(vip.port) };
	bool v4 = family == FAMILY_V4;
	struct flow flow;

	key4.protocol = key6.protocol = IPPROTO_TCP;
	memcpy(&key4.source, &client.address, sizeof(key4.source));
	memcpy(&key4.destination, &vip.address, sizeof(key4.destination));
	memcpy(key6.source, &client.address, sizeof(key6.source));
	memcpy(key6.destination, &vip.address, sizeof(key6.destination));
	return !bpf_map_lookup_elem(bpf_map__fd(map_of(v4 ? "flows4" : "flows6")), v4 ? (void *)&key4 : (void *)&key6,
				    &flow) &&
	       flow.state == FLOW_ESTABLISHED;
}

static bool step(const char *program, int interface, int family, struct frame frame, const struct party *between,
		 const char *mac, const char *what)
{
	int verdict = run(program, interface, &frame);
	char line[128];

	snprintf(line, sizeof(line), "packet: IPv%d %s by %s, verdict %d", family, what, program, verdict);
	return check(verdict == sent_on(program) && is_between(&frame, family, between[0], between[1], mac), line);
}

/* A handshake and a first segment; whether the connection is in the main table in the end. */
static bool connect_through(const char *there, const char *back, int family, int interface, __u16 client_port)
{
	struct party client = party(family, "10.0.0.2", "fd00::2", client_port);
	struct party vip = party(family, "10.0.0.1", "fd00::1", LISTENER_PORT);
	struct party target = party(family, "10.0.0.3", "fd00::3", TARGET_PORT);
	struct party forward[] = { client, target }, reply[] = { vip, client };
	const char *client_mac = strcmp(back, "weir_egress") ? CLIENT : NULL;

	step(there, interface, family, segment(family, client, vip, SYN, 100, 0), forward, TARGET, "SYN");
	step(back, interface, family, segment(family, target, client, SYN | ACK, 500, 101), reply, client_mac,
	     "SYN-ACK");
	step(there, interface, family, segment(family, client, vip, ACK, 101, 501), forward, TARGET, "ACK");
	step(back, interface, family, segment(family, target, client, ACK, 501, 101), reply, client_mac, "answer");
	return check(is_established(family, client, vip), "packet: the connection is in the main table");
}

int send_packets(int interface)
{
	static const char *const ways[][2] = { { "weir_xdp", "weir_xdp" },
					       { "weir_ingress", "weir_ingress" },
					       { "weir_ingress", "weir_egress" } };
	int flows = 0;

	for (int way = 0; way < 3; way++) {
		flows += connect_through(ways[way][0], ways[way][1], FAMILY_V4, interface, 40000 + way);
		flows += connect_through(ways[way][0], ways[way][1], FAMILY_V6, interface, 40000 + way);
	}
	return flows;
}

static void write_element(const char *map, const void *key, const void *value)
{
	if (bpf_map_update_elem(bpf_map__fd(map_of(map)), key, value, BPF_ANY))
		check(false, map);
}

void read_element(const char *map, __u32 index, void *value)
{
	bpf_map_lookup_elem(bpf_map__fd(map_of(map)), &index, value);
}

static void write_target(int family, __u32 index, __u32 slice)
{
	struct party party_of = party(family, "10.0.0.3", "fd00::3", TARGET_PORT);
	struct target target = { .port = htons(TARGET_PORT), .family = family };
	struct target_key key = { .port = htons(TARGET_PORT), .family = family };
	__u64 word = index; /* its first slot */
	struct group group = { .offset = SLOTS_IN_WORD * index, .size = 1 };

	memcpy(target.address, &party_of.address, sizeof(target.address));
	memcpy(key.address, &party_of.address, sizeof(key.address));
	write_element("targets", &index, &target);
	write_element("target_indices", &key, &index);
	write_element("slots", &index, &word);
	write_element("groups", &slice, &group);
}

static void write_port(__u32 port, __u64 bit)
{
	__u32 word = port / 16;
	__u64 bits = bit << (4 * (port % 16));

	write_element("ports", &word, &bits);
}

static void write_settings(__u32 timeout)
{
	struct settings settings = {
		.generation = 1, .hz = 250, .half_open_mask = 8191, .crowded = 1000, .full = 1000
	};
	__u32 zero = 0;

	settings.flags = SETTINGS_EVENTS | SETTINGS_TOTALS;
	settings.established_timeout = settings.udp_timeout = timeout;
	settings.syn_timeout = settings.closing_timeout = timeout;
	write_element("settings", &zero, &settings);
}

void configure(int interface)
{
	struct service_key key = { .interface = interface, .port = htons(LISTENER_PORT), .protocol = IPPROTO_TCP };
	struct service service = { .proxy = 1 };
	struct link link = { .flags = LINK_REDIRECT };

	write_target(FAMILY_V4, 1, 0);
	write_target(FAMILY_V6, 2, 1);
	write_element("services", &key, &service);
	write_port(LISTENER_PORT, PORT_LISTENER_TCP);
	write_port(TARGET_PORT, PORT_TARGET_TCP);
	write_element("links", &interface, &link);
	write_settings(1000 * 1000);
}

void end_all_flows(void)
{
	write_settings(0);
}
