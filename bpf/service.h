/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Is this packet any of our business, and which listener takes it. */
#ifndef WEIR_SERVICE_H
#define WEIR_SERVICE_H

#include "maps.h"
#include "packet.h"

static __always_inline __u32 port_bits(__be16 port)
{
	__u32 number = bpf_ntohs(port);
	__u32 index = number >> 4;
	__u64 *word = bpf_map_lookup_elem(&ports, &index);

	return word ? (*word >> (4 * (number & 15))) & 15 : 0;
}

static __always_inline bool to_listener_port(const struct flow_key6 *key)
{
	return port_bits(key->destination_port) &
	       (key->protocol == IPPROTO_TCP ? PORT_LISTENER_TCP : PORT_LISTENER_UDP);
}

static __always_inline bool from_target_port(const struct flow_key6 *key)
{
	return port_bits(key->source_port) & (key->protocol == IPPROTO_TCP ? PORT_TARGET_TCP : PORT_TARGET_UDP);
}

/*
 * Whether no listener can have this address, by a bit that the node keeps. It spares those who only share a port with a
 * listener the looks into the services and the half-open flows.
 */
static __always_inline bool is_stranger(const struct settings *settings, const __be32 *address)
{
	__u32 sum = address[0] ^ address[1] ^ address[2] ^ address[3];

	sum ^= sum >> 16;
	sum ^= sum >> 8;
	return settings->strangers[sum >> 5 & 3] >> (sum & 31) & 1;
}

/* By VIP first; then by interface, where a tagged packet belongs to another interface than the one it came by. */
static __always_inline struct service *service_find(const struct packet *packet)
{
	struct service_key key = {
		.port = packet->key.destination_port,
		.protocol = packet->key.protocol,
		.family = packet->family,
	};
	struct service *service;

	__builtin_memcpy(key.address, packet->key.destination, sizeof(key.address));
	service = bpf_map_lookup_elem(&services, &key);
	if (service || packet->flags & PACKET_VLAN)
		return service;
	__builtin_memset(key.address, 0, sizeof(key.address));
	key.family = FAMILY_ANY;
	key.interface = packet->interface;
	return bpf_map_lookup_elem(&services, &key);
}

#endif
