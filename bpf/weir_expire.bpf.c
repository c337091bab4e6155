/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Expiry lives in the kernel, so that it goes on when the node is dead. A timer walks the flows a slice at a time: it
 * takes the forward keys that were not looked at for longest from a queue, removes what has ended and puts the rest back.
 * A sweep of the whole table at once would hold a CPU for as long as it takes; a slice is bounded, whatever the size.
 *
 * To look at a flow takes 500 ns in a table of 1M, for memory that is in no cache; to pass it 50. So the queue says until when a
 * flow that nobody ends has time, and what may end one sooner leaves a mark (FIN, RST, an operator, a SYN that chose afresh).
 */
#include <asm-generic/errno-base.h>
#include <linux/pkt_cls.h>
#include "flow.h"
#include "half_open.h"

#define SLICE 128   /* flows looked at in a slice */
#define PASS 1024   /* flows passed in a slice; a constant, so that the verifier can count the loop */
#define BUCKETS 128   /* half-open buckets a slice */
#define ROUND_NS 5000000000LL  /* every flow is passed once in this time, while the table is not huge */
#define SHORTEST_NS 2000000LL  /* 64,000 flows a second at most: 4% of a CPU */
#define LONGEST_NS 50000000LL
#define CLOCK_MONOTONIC 1

/* While there is room, a client's RST may be forged; when the table is crowded it is taken at its word. */
static __always_inline __u32 time_of(const struct flow *flow, __u8 protocol, const struct settings *settings,
				     const struct expiry *expiry)
{
	if (flow->flags & FLOW_RESET && is_crowded(expiry, settings))
		return settings->closing_timeout;
	return flow_timeout(settings, flow, protocol);
}

/*
 * Whether a flow's time, as the queue has it, may be up. It is told in whole seconds, rounded up by at most two; one that is
 * farther off is of another age of the clock.
 */
static __always_inline bool is_due(const struct flow_key6 *key, const struct settings *settings, __u32 now)
{
	__u32 longest = settings->hz ? settings->look_again / settings->hz : 0;
	__u16 ahead;

	if (!longest)
		return true;
	ahead = key->due - now / settings->hz;
	return !ahead || ahead > longest + 2;
}

/* How long a flow lives if nothing more happens. The RST of a client counts when the table has become crowded. */
static __always_inline __u32 time_left(const struct flow *flow, __u32 timeout, const struct settings *settings,
				       __u32 now)
{
	__u32 idle = elapsed(flow->seen, now);

	if (is_gone(flow->state) || idle >= timeout)
		return 0;
	if (flow->flags & FLOW_RESET && timeout - idle > settings->closing_timeout)
		return settings->closing_timeout;
	return timeout - idle;
}

/* Looks at one flow by its forward key, removes it or puts it back into the queue. */
static __always_inline void examine(__u8 family, struct flow_key6 *key, const struct settings *settings, __u32 now,
				    struct expiry *expiry)
{
	struct flow *flow = flow_find(family, key), *twin;
	struct flow_key6 twin_key;
	__u32 timeout;
	__u8 state;

	if (!flow)
		return;
	state = flow_state_of(flow);
	timeout = time_of(flow, key->protocol, settings, expiry);
	if (state == FLOW_REPLACED || elapsed(flow->seen, now) > timeout) {
		twin = flow_twin(family, key, flow, &twin_key);
		if (state != FLOW_NONE && flow_ended(flow, twin, timeout, now) && flow_turn(flow, state, FLOW_NONE)) {
			/* A replaced flow's end was told when the SYN came; its twin key may be another flow's by now. */
			if (state != FLOW_REPLACED) {
				if (twin && elapsed(twin->seen, now) < elapsed(flow->seen, now))
					flow->seen = twin->seen; /* its last packet, which the event tells */
				flow_end(family, key, flow, twin ? &twin_key : NULL, settings, now);
				if (twin)
					flow_forget_twin(family, twin, &twin_key);
			}
			flow_remove(family, key);
			expiry->expired++;
			__sync_fetch_and_add(&expiry->flows, -1);
			return;
		}
		if (twin)
			flow->seen = twin->seen;
	}
	if (expiry_enqueue(family, key, flow_due(settings, time_left(flow, timeout, settings, now), now)))
		expiry->lost++;
}

/*
 * Takes the next flow from the queue. How many were looked at in this slice, this one included, or -1 when the queue is empty:
 * for the verifier it is any number, and all turns of the loop are alike. Not static, like those that follow: the verifier
 * looks at a global function once, not once for each turn of the loop that calls it.
 */
__noinline int flow_pass_next(__u32 now, int looked)
{
	const struct settings *settings = settings_find();
	struct expiry *expiry = expiry_find();
	struct flow_key6 key = {};
	__u8 family;

	if (!settings || !expiry || bpf_map_pop_elem(&expiry_queue, &key))
		return -1;
	expiry->examined++;
	if (!expiry->left--) {
		expiry->left = expiry->flows;
		expiry->round++;
	}
	if (!is_due(&key, settings, now) && !is_marked(&key, expiry->round)) {
		if (bpf_map_push_elem(&expiry_queue, &key, 0))
			expiry->lost++;
		return looked;
	}
	family = key.queued;
	key.queued = 0;
	key.due = 0;
	examine(family, &key, settings, now, expiry);
	return looked + 1;
}

/* Passes so many flows, at most PASS, or until SLICE of them had to be looked at. How many had; -1 when the queue is empty. */
__noinline int flows_pass(__u32 now, __u32 wanted)
{
	int looked = 0;

	for (__u32 i = 0; i < PASS && i < wanted; i++) {
		looked = flow_pass_next(now, looked);
		if (looked < 0 || looked >= SLICE)
			break;
	}
	return looked;
}

/*
 * Ends the next flow an operator wants ended; 0 when there is none. It is done here because ends have one place: nothing
 * counts a flow's end twice, and the next packet finds no flow. The entry expires like any that was replaced.
 */
__noinline int flow_end_next(__u32 now)
{
	const struct settings *settings = settings_find();
	struct flow_key6 key = {}, twin_key;
	struct flow *flow, *twin;
	__u8 family, state;

	if (!settings || bpf_map_pop_elem(&ending_queue, &key))
		return 0;
	family = key.queued;
	key.queued = 0;
	key.due = 0;
	flow = flow_find(family, &key);
	if (!flow || flow->direction != DIRECTION_FORWARD)
		return 1;
	state = flow_state_of(flow);
	if (is_gone(state) || !flow_turn(flow, state, FLOW_REPLACED))
		return 1;
	ending_mark(&key);
	twin = flow_twin(family, &key, flow, &twin_key);
	flow->flags |= FLOW_DELETED;
	if (twin && elapsed(twin->seen, now) < elapsed(flow->seen, now))
		flow->seen = twin->seen;
	flow_end(family, &key, flow, twin ? &twin_key : NULL, settings, now);
	flow_totals_remove(family, &key);
	if (twin)
		flow_forget_twin(family, twin, &twin_key);
	return 1;
}

/* Frees a bucket's entries that are over their time and counts the handshakes among them against their targets. */
__noinline int half_open_examine(__u32 index, __u32 now)
{
	const struct settings *settings = settings_find();
	struct half_open_bucket *bucket = bpf_map_lookup_elem(&half_open_flows, &index);
	__u32 late[HALF_OPEN_WAYS] = {};

	if (!bucket || !settings)
		return 0;
	bpf_spin_lock(&bucket->lock);
#pragma unroll
	for (int way = 0; way < HALF_OPEN_WAYS; way++) {
		const struct half_open *entry = &bucket->entries[way];

		if (!bucket->tag[way] || !half_open_over(bucket, way, settings, now))
			continue;
		bucket->tag[way] = 0;
		bucket->lasting &= ~(1u << way);
		if (!entry->answered && (entry->state == FLOW_SYN_SENT || entry->state == FLOW_SYN_RECEIVED))
			late[way] = entry->target + 1;
	}
	bpf_spin_unlock(&bucket->lock);
#pragma unroll
	for (int way = 0; way < HALF_OPEN_WAYS; way++) {
		struct target_counters *counters = late[way] ? counters_of(late[way] - 1) : NULL;

		if (counters)
			counters->handshake_timeouts++;
	}
	return 1;
}

/* Flows to pass in a slice: none twice, so that a mark, which is good for three rounds, is good for three slices. */
static __always_inline __s64 passing(const struct expiry *expiry)
{
	__s64 flows = expiry->flows, part = flows / (ROUND_NS / LONGEST_NS);

	part = part < SLICE ? SLICE : part > PASS ? PASS : part;
	return flows > 0 && flows < part ? flows : part;
}

/*
 * While flows are moved to other maps none ends by its time: it would end in the one table while it lives in the other, or in
 * both. The rest is bounded, whatever becomes of the process that asked for it.
 */
static __always_inline bool is_resting(const struct settings *settings, __u32 now)
{
	return settings->resting && settings->resting - now <= REST_SECONDS * settings->hz;
}

static __always_inline __u64 pause(const struct expiry *expiry)
{
	__s64 flows = expiry->flows;
	__s64 pause = flows > 0 ? ROUND_NS * passing(expiry) / flows : LONGEST_NS;

	return pause < SHORTEST_NS ? SHORTEST_NS : pause > LONGEST_NS ? LONGEST_NS : pause;
}

static int slice(void *map, __u32 *key, struct expiry *expiry)
{
	const struct settings *settings = settings_find();
	__u32 now = bpf_jiffies64();
	int ended = 0, looked;
	__u32 wanted;

	(void)map;
	(void)key;
	if (!settings)
		return 0;
	expiry->jiffies = now;
	expiry->slices++;
	if (is_resting(settings, now)) {
		bpf_timer_start(&expiry->timer, LONGEST_NS, 0);
		return 0;
	}
	/*
	 * First: a packet on another CPU may still hold an entry that ends here, and what follows takes longer than that packet,
	 * so that the entry's memory does not become another flow's meanwhile.
	 */
	for (; ended < SLICE; ended++)
		if (!flow_end_next(now))
			break;
	wanted = passing(expiry);
	looked = flows_pass(now, wanted);
	for (int i = 0; i < BUCKETS; i++)
		half_open_examine((expiry->half_open_cursor + i) & settings->half_open_mask, now);
	expiry->half_open_cursor += BUCKETS;
	bpf_timer_start(&expiry->timer,
			ended == SLICE || (looked >= SLICE && wanted > SLICE) ? SHORTEST_NS : pause(expiry), 0);
	return 0;
}

/*
 * Run once by the node after every load: the timer holds this very program from then on. 0, or the errno: a timer that is new
 * takes memory that can't be waited for here, and one that fires on another CPU can't always be changed.
 */
SEC("tc")
int weir_expire(struct __sk_buff *context)
{
	struct expiry *expiry = expiry_find();
	long error;

	(void)context;
	if (!expiry)
		return ENOENT;
	expiry->jiffies = bpf_jiffies64();
	error = bpf_timer_init(&expiry->timer, &expiry_state, CLOCK_MONOTONIC);
	if (error == -EBUSY) /* an earlier program made it */
		error = 0;
	if (!error)
		error = bpf_timer_set_callback(&expiry->timer, slice);
	if (!error)
		error = bpf_timer_start(&expiry->timer, SHORTEST_NS, 0);
	return -error;
}

static __noinline int amend(const struct amendment *amendment)
{
	struct expiry *expiry = expiry_find();
	struct target_counters *counters = counters_of(amendment->target);
	struct connection_key key = { .proxy = amendment->proxy, .target = amendment->target };
	struct connection_counts first = { .active = amendment->active };
	struct connection_counts *counts = bpf_map_lookup_elem(&connections, &key);

	if (!expiry || !counters)
		return ENOENT;
	__sync_fetch_and_add(&expiry->flows, amendment->flows);
	/* Atomic although they are this CPU's own: a packet may come in between. */
	__sync_fetch_and_add(&counters->active, amendment->active);
	if (counts)
		__sync_fetch_and_add(&counts->active, amendment->active);
	else if (amendment->active)
		return bpf_map_update_elem(&connections, &key, &first, BPF_ANY) ? ENOMEM : 0;
	return 0;
}

/* Run by the node while it copies flows from an earlier data path. 0, or the errno. */
SEC("tc")
int weir_amend(struct __sk_buff *context)
{
	struct amendment amendment = {};

	if (bpf_skb_load_bytes(context, 0, &amendment, sizeof(amendment)))
		return EINVAL;
	return amend(&amendment);
}

char weir_license[] SEC("license") = "Dual BSD/GPL";
