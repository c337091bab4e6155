/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The two finished directions of a flow and their keys, of what the entry in the scratch says. */
#ifndef WEIR_FILL_H
#define WEIR_FILL_H

#include "flow.h"

static __always_inline void describe(struct flow *flow, const struct half_open *entry, __u32 now)
{
	flow->state = FLOW_ESTABLISHED;
	flow->target = entry->target;
	flow->seen = now;
	flow->created = entry->state == FLOW_SHADOWED ? entry->created : now;
}

static __always_inline void fill_forward(struct scratch *new, const struct target *target, __u32 now)
{
	const struct half_open *entry = &new->entry;

	flow_fill(&new->forward, entry->family, DIRECTION_FORWARD, entry->vip, target->address, target->port);
	describe(&new->forward, entry, now);
	low24_put(new->forward.proxy, entry->proxy);
}

static __always_inline void fill_reply(struct scratch *new, const struct target *target, __u32 now)
{
	const struct half_open *entry = &new->entry;

	flow_fill(&new->reply, entry->family, DIRECTION_REPLY, target->address, entry->vip, entry->vip_port);
	describe(&new->reply, entry, now);
}

static __always_inline void fill_keys(struct scratch *new, const struct target *target)
{
	const struct half_open *entry = &new->entry;

	__builtin_memset(&new->forward_key, 0, sizeof(new->forward_key));
	__builtin_memcpy(new->forward_key.source, entry->client, sizeof(entry->client));
	__builtin_memcpy(new->forward_key.destination, entry->vip, sizeof(entry->vip));
	new->forward_key.source_port = entry->client_port;
	new->forward_key.destination_port = entry->vip_port;
	new->forward_key.protocol = entry->protocol;
	__builtin_memset(&new->reply_key, 0, sizeof(new->reply_key));
	__builtin_memcpy(new->reply_key.source, target->address, sizeof(target->address));
	__builtin_memcpy(new->reply_key.destination, entry->client, sizeof(entry->client));
	new->reply_key.source_port = target->port;
	new->reply_key.destination_port = entry->client_port;
	new->reply_key.protocol = entry->protocol;
}

#endif
