/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How a flow gets into the main table: both entries or none, by one CPU, whoever else tries at the same time. */
#ifndef WEIR_CONFIRM_H
#define WEIR_CONFIRM_H

#include <asm-generic/errno-base.h>
#include "flow.h"

/*
 * That a reply entry is taken is seen when a flow is confirmed and not when its target is chosen: there it would cost every
 * SYN of a flood one more look into the main table.
 */
enum confirm_result {
	CONFIRM_DONE,
	CONFIRM_ALREADY, /* another CPU was faster */
	CONFIRM_FULL,
	CONFIRM_NO_MEMORY,
	CONFIRM_BUSY, /* another CPU confirms it, removes what stands in its place, or has the lock: the next packet will see */
	CONFIRM_TAKEN, /* the target answers this client's port for another VIP: the replies could not be told apart */
};

static __always_inline int confirm_result_of(long error)
{
	return !error           ? CONFIRM_DONE :
	       error == -E2BIG  ? CONFIRM_FULL :
	       error == -ENOMEM ? CONFIRM_NO_MEMORY :
				  CONFIRM_BUSY;
}

/*
 * The reply entry. One that stands there already is this flow's, or of another VIP and over, or it is in the way. This flow's is
 * turned too: whoever ends what was there before, and is about to remove it by its key, then leaves the new one alone.
 */
static __always_inline int flow_confirm_reply(__u8 family, const struct scratch *new)
{
	long error = flow_store(family, &new->reply_key, &new->reply, BPF_NOEXIST);
	struct flow *old;
	__u8 state;

	if (error == -EEXIST) {
		old = flow_find(family, &new->reply_key);
		if (!old)
			return CONFIRM_BUSY;
		state = flow_state_of(old);
		if (state == FLOW_ESTABLISHED &&
		    !(same_address(old->address, new->reply.address) && old->port == new->reply.port))
			return CONFIRM_TAKEN;
		if (state == FLOW_NONE || !flow_turn(old, state, FLOW_NONE))
			return CONFIRM_BUSY;
		error = flow_store(family, &new->reply_key, &new->reply, BPF_ANY);
		if (error)
			flow_turn(old, FLOW_NONE, state);
	}
	return confirm_result_of(error);
}

/*
 * Takes the forward entry's place, in a state of which nobody else takes notice: puts it there, or turns the one there that a
 * SYN replaced. Of the CPUs that confirm a flow at once, by packets of both directions, one alone gets it and goes on to the
 * reply, so that nobody takes back what another has confirmed.
 */
static __always_inline int flow_claim(__u8 family, struct scratch *new, bool *again)
{
	__u8 state = new->forward.state;
	struct flow *old;
	long error;

	new->forward.state = FLOW_NONE;
	error = flow_store(family, &new->forward_key, &new->forward, BPF_NOEXIST);
	new->forward.state = state;
	if (error != -EEXIST)
		return confirm_result_of(error);
	old = flow_find(family, &new->forward_key);
	if (old && !is_gone(flow_state_of(old)))
		return CONFIRM_ALREADY;
	if (!old || !flow_turn(old, FLOW_REPLACED, FLOW_NONE))
		return CONFIRM_BUSY;
	*again = true;
	return CONFIRM_DONE;
}

static __always_inline void flow_unclaim(__u8 family, const struct scratch *new, bool again)
{
	struct flow *old;

	if (!again) {
		flow_remove(family, &new->forward_key);
		return;
	}
	old = flow_find(family, &new->forward_key);
	if (old)
		flow_turn(old, FLOW_NONE, FLOW_REPLACED);
}

/* Last, to be seen by packets and expiry. An entry that was replaced is in expiry's queue since it was made. */
static __always_inline int flow_enter(__u8 family, struct scratch *new, bool again, __u16 due)
{
	struct expiry *expiry = expiry_find();
	struct flow *claimed;

	if (again) {
		flow_totals_remove(family, &new->forward_key);
		return confirm_result_of(flow_store(family, &new->forward_key, &new->forward, BPF_EXIST));
	}
	if (expiry_enqueue(family, &new->forward_key, due))
		return CONFIRM_FULL;
	claimed = flow_find(family, &new->forward_key);
	if (claimed)
		flow_turn(claimed, FLOW_NONE, new->forward.state);
	if (expiry)
		__sync_fetch_and_add(&expiry->flows, 1);
	return CONFIRM_DONE;
}

/* Puts both entries into the main table, and the forward key where expiry will find it. */
static __always_inline int flow_confirm(__u8 family, struct scratch *new, const struct settings *settings)
{
	__u32 now = new->forward.seen;
	__u16 due = flow_due(settings, flow_timeout(settings, &new->forward, new->forward_key.protocol), now);
	bool again = false;
	int result = flow_claim(family, new, &again);

	if (result != CONFIRM_DONE)
		return result;
	result = flow_confirm_reply(family, new);
	if (result == CONFIRM_DONE) {
		result = flow_enter(family, new, again, due);
		if (result != CONFIRM_DONE)
			flow_remove(family, &new->reply_key);
	}
	if (result != CONFIRM_DONE)
		flow_unclaim(family, new, again);
	return result;
}

#endif
