/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Flows that are not confirmed yet, in a seven-way associative cache. A bucket's lock makes each step whole:
 * an entry is never read half-written, so it can never name a wrong target.
 *
 * The steps are global functions: the verifier looks at each once, not once for each way of getting there.
 */
#ifndef WEIR_HALF_OPEN_H
#define WEIR_HALF_OPEN_H

#include "count.h"
#include "select.h"

/* An entry is found by the client's side and, of the other side, by what the packet shows. */
enum half_open_match {
	MATCH_VIP = 0,
	MATCH_TARGET = 1,
	MATCH_QUOTED = 2, /* with either: an ICMP error speaks of the flow, which makes it no younger */
	MATCH_ASKED = 4, /* with either: whether there is one is all that is asked */
};

static __always_inline __u64 half_open_hash(const struct half_open *entry, __u32 seed)
{
	__u64 hash = seed ^ 0x9e3779b97f4a7c15ULL;

	hash = hash_mix(hash, (__u64)entry->client[0] << 32 | entry->client[1]);
	hash = hash_mix(hash, (__u64)entry->client[2] << 32 | entry->client[3]);
	return hash_mix(hash, (__u32)entry->client_port << 8 | entry->protocol);
}

static __always_inline struct half_open_bucket *half_open_bucket_of(__u64 hash, const struct settings *settings)
{
	__u32 index = hash & settings->half_open_mask;

	return bpf_map_lookup_elem(&half_open_flows, &index);
}

static __always_inline __u32 half_open_tag(__u64 hash)
{
	return hash >> 32 | 1;
}

static __always_inline bool half_open_matches(const struct half_open *entry, const struct half_open *wanted,
					      __u32 match)
{
	if (entry->client_port != wanted->client_port || entry->protocol != wanted->protocol ||
	    entry->family != wanted->family || !same_address(entry->client, wanted->client))
		return false;
	if (match & MATCH_TARGET)
		return entry->target == wanted->target;
	return entry->vip_port == wanted->vip_port && same_address(entry->vip, wanted->vip);
}

/* A connection that is half open for want of room in the main table, or of proof, lasts as long as another. */
static __always_inline __u32 half_open_timeout(const struct settings *settings, const struct half_open *entry)
{
	if (entry->protocol == IPPROTO_UDP)
		return settings->udp_timeout;
	return entry->state == FLOW_ESTABLISHED || entry->answered ? settings->established_timeout :
								     settings->syn_timeout;
}

static __always_inline bool half_open_over(const struct half_open_bucket *bucket, int way,
					   const struct settings *settings, __u32 now)
{
	return elapsed(bucket->seen[way], now) > half_open_timeout(settings, &bucket->entries[way]);
}

/* Under the bucket's lock. */
static __always_inline int half_open_way(const struct half_open_bucket *bucket, __u32 tag,
					 const struct half_open *wanted, __u32 match, __u32 now,
					 const struct settings *settings)
{
	for (int way = 0; way < HALF_OPEN_WAYS; way++)
		if (bucket->tag[way] == tag && !half_open_over(bucket, way, settings, now) &&
		    half_open_matches(&bucket->entries[way], wanted, match))
			return way;
	return -1;
}

#define AGE_LASTING 0x7fffffffu /* above any age: elapsed() knows none that is half of all */

/*
 * Under the bucket's lock: a free way, else the oldest that is not lasting, else the oldest. All it looks at lies in one
 * cache line.
 */
static __always_inline int half_open_victim(const struct half_open_bucket *bucket, __u32 now)
{
	__u32 lasting = bucket->lasting, oldest = 0;
	int victim = 0;

	for (int way = 0; way < HALF_OPEN_WAYS; way++) {
		__u32 age = elapsed(bucket->seen[way], now) + (lasting >> way & 1 ? 0 : AGE_LASTING);

		if (!bucket->tag[way])
			age = 0xffffffff;
		if (age > oldest) {
			oldest = age;
			victim = way;
		}
	}
	return victim;
}

/*
 * Whether an entry may be there. Without the lock, which costs more than the look: who comes a moment too early or too late
 * for what another CPU changes does so with the lock, too.
 */
static __always_inline bool half_open_tagged(const struct half_open_bucket *bucket, __u32 tag)
{
	bool tagged = false;

	for (int way = 0; way < HALF_OPEN_WAYS; way++)
		tagged |= bucket->tag[way] == tag;
	return tagged;
}

/* Fills the rest of *entry and makes it young again, unless it is quoted or asked for; 0 when there is none. */
__noinline int half_open_find(struct half_open *entry, __u32 match, __u32 now)
{
	const struct settings *settings = settings_find();
	struct half_open_bucket *bucket;
	__u64 hash;
	int way;

	if (!entry || !settings)
		return 0;
	hash = half_open_hash(entry, settings->seed);
	bucket = half_open_bucket_of(hash, settings);
	if (!bucket || !half_open_tagged(bucket, half_open_tag(hash)))
		return 0;
	bpf_spin_lock(&bucket->lock);
	way = half_open_way(bucket, half_open_tag(hash), entry, match, now, settings);
	if (way >= 0 && way < HALF_OPEN_WAYS) {
		if (!(match & (MATCH_QUOTED | MATCH_ASKED)))
			bucket->seen[way] = now;
		if (!(match & MATCH_ASKED))
			*entry = bucket->entries[way];
	}
	bpf_spin_unlock(&bucket->lock);
	return way >= 0;
}

enum half_open_entered {
	HALF_OPEN_KNOWN = 0, /* the flow was there already (a SYN sent again), and *entry is what was there */
	HALF_OPEN_NEW = 1,   /* *entry is in the table now */
	HALF_OPEN_TAKEN =
		2, /* the target has another flow of this client's port: its answers could not be told apart */
};

__noinline int half_open_insert(struct half_open *entry, __u32 now)
{
	const struct settings *settings = settings_find();
	struct half_open_bucket *bucket;
	__u32 tag;
	__u64 hash;
	int way, entered = HALF_OPEN_KNOWN, evicted = 0;

	if (!entry || !settings)
		return HALF_OPEN_KNOWN;
	hash = half_open_hash(entry, settings->seed);
	tag = half_open_tag(hash);
	bucket = half_open_bucket_of(hash, settings);
	if (!bucket)
		return HALF_OPEN_KNOWN;
	bpf_spin_lock(&bucket->lock);
	way = half_open_way(bucket, tag, entry, MATCH_VIP, now, settings);
	if (way < 0 && half_open_way(bucket, tag, entry, MATCH_TARGET, now, settings) >= 0) {
		entered = HALF_OPEN_TAKEN;
	} else if (way < 0) {
		way = half_open_victim(bucket, now);
		entered = HALF_OPEN_NEW;
	}
	if (way >= 0 && way < HALF_OPEN_WAYS) {
		if (entered == HALF_OPEN_NEW) {
			evicted = bucket->tag[way] && !half_open_over(bucket, way, settings, now);
			bucket->entries[way] = *entry;
			bucket->lasting &= ~(1u << way);
		} else {
			bucket->entries[way].opened = 0; /* which SYN will be answered? (Karn) */
			*entry = bucket->entries[way];
		}
		bucket->seen[way] = now;
		bucket->tag[way] = tag;
	}
	bpf_spin_unlock(&bucket->lock);
	if (evicted)
		count_reason(REASON_HALF_OPEN_EVICTED);
	return entered;
}

/*
 * Notes in the table how far the handshake is, with the acknowledgment it has in *entry; state FLOW_NONE frees the entry.
 * At the end of the longest chain of calls, where kernels before 6.8 round each frame up to 32 bytes: one argument more,
 * and it takes 64 of the 512.
 */
__noinline int half_open_mark(struct half_open *entry, __u32 state, __u32 now)
{
	const struct settings *settings = settings_find();
	struct half_open_bucket *bucket;
	__u64 hash;
	int way;

	if (!entry || !settings)
		return 0;
	hash = half_open_hash(entry, settings->seed);
	bucket = half_open_bucket_of(hash, settings);
	if (!bucket)
		return 0;
	bpf_spin_lock(&bucket->lock);
	way = half_open_way(bucket, half_open_tag(hash), entry, MATCH_VIP, now, settings);
	if (way >= 0 && way < HALF_OPEN_WAYS) {
		bucket->entries[way].state = state;
		bucket->entries[way].acknowledgment = entry->acknowledgment;
		bucket->entries[way].handshake = entry->handshake;
		bucket->entries[way].answered = entry->answered;
		if (state == FLOW_NONE)
			bucket->tag[way] = 0;
		if (state == FLOW_ESTABLISHED)
			bucket->lasting |= 1u << way;
		else
			bucket->lasting &= ~(1u << way);
	}
	bpf_spin_unlock(&bucket->lock);
	return way >= 0;
}

#endif
