/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* FIN of the client: what acknowledges it, and whether the target has. */
#ifndef WEIR_FIN_H
#define WEIR_FIN_H

#include "flow.h"

/* What acknowledges the FIN of this packet: the sequence number behind its data, and one more. */
static __always_inline __u32 behind_fin(const struct packet *packet, const struct tcphdr *tcp)
{
	return bpf_ntohl(tcp->seq) + packet->bytes - (packet->transport - packet->network) - tcp->doff * 4 + 1;
}

/* Whether a packet of the target says that it has had the client's FIN; a client's FIN is noted, to know that. */
static __always_inline bool takes_fin(hook_context *context, const struct packet *packet, const struct flow *flow,
				      struct flow *twin)
{
	const struct tcphdr *tcp = packet_at(context, packet->transport, sizeof(*tcp));

	if (!tcp)
		return false;
	if (flow->direction == DIRECTION_REPLY)
		return packet->tcp_flags & TCP_ACK && flow_fin_is(flow, bpf_ntohl(tcp->ack_seq));
	if (twin && packet->tcp_flags & TCP_FIN)
		flow_note_fin(twin, behind_fin(packet, tcp));
	return false;
}

/* A connection that is picked up at its end: the flow it is confirmed as knows of the client's FIN. */
static __always_inline void fin_recall(struct scratch *new)
{
	if (new->entry.state != FLOW_PICKED_UP_FIN)
		return;
	flow_note_fin(&new->reply, new->entry.acknowledgment);
	new->forward.flags = FLOW_FIN_CLIENT;
	new->reply.flags = FLOW_FIN_CLIENT;
}

#endif
