/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What user space may hear about flows. A lost event is counted, never waited for. */
#ifndef WEIR_EVENT_H
#define WEIR_EVENT_H

#include "maps.h"
#include "packet.h"

static __always_inline void count_lost_event(void)
{
	__u32 zero = 0;
	__u64 *lost = bpf_map_lookup_elem(&events_lost, &zero);

	if (lost)
		(*lost)++;
}

static __always_inline void event_totals(struct event *event, const struct flow_totals *totals, int direction)
{
	event->packets[direction] = totals ? totals->packets : 0;
	event->bytes[direction] = totals ? totals->bytes : 0;
}

/* The flow by its forward key and entry; totals of either direction may be NULL. */
static __always_inline void event_emit(__u8 type, __u8 family, const struct flow_key6 *key, const struct flow *flow,
				       __u32 now, __u32 handshake, const struct flow_totals *forward,
				       const struct flow_totals *reply)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		count_lost_event();
		return;
	}
	poison(event);
	event->time = bpf_ktime_get_ns();
	event_totals(event, forward, DIRECTION_FORWARD);
	event_totals(event, reply, DIRECTION_REPLY);
	__builtin_memcpy(event->client, key->source, sizeof(event->client));
	__builtin_memcpy(event->vip, key->destination, sizeof(event->vip));
	event->client_port = key->source_port;
	event->vip_port = key->destination_port;
	event->target = flow->target;
	event->proxy = low24_of(flow->proxy);
	event->duration = elapsed(flow->created, flow->seen);
	event->idle = elapsed(flow->seen, now);
	event->handshake = handshake;
	event->type = type;
	event->protocol = key->protocol;
	event->family = family;
	event->flags = flow->flags;
	event->pad = 0;
	/* A wakeup costs 765 ns, a record 38. */
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

#endif
