package io.weir.cluster.facts;

import io.weir.cluster.facts.FactFrame.Told;
import io.weir.model.ProxyTarget;
import io.weir.policy.SharedFact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * All facts this node knows. Those about targets that are configured here stay; others are kept for the peers, for a while:
 * configurations differ while they are rolled out. Ages since anybody was known to have a target configured travel with the
 * facts. Past {@link #staleMs} a fact is not spread any more, so that those who have forgotten it are not told again, and
 * past twice that it is forgotten.
 */
final class FactStore {

    /** Facts about targets that are not configured here. */
    static final int ROOM = 4096;

    private static final int STALE_AFTER = 6;
    private static final int ASKED_AFTER = 2;
    private static final int ASKED_AT_ONCE = 256;

    enum Outcome {
        CHANGED,
        KNOWN,
        NO_ROOM,
        TOO_OLD
    }

    private static final class Entry {
        private final int bucket;
        private SharedFact fact;
        private long print;
        private long vouchedAt;
        private boolean spread;

        Entry(FactKey key, SharedFact fact) {
            this.bucket = Buckets.of(FactWriter.print(key));
            this.fact = fact;
        }
    }

    private final Map<FactKey, Entry> entries = new TreeMap<>();
    private final Buckets buckets = new Buckets();
    private final long interval;
    private Set<ProxyTarget> configured = Set.of();
    private int foreign;

    /** @param interval between two exchanges with peers, in which ages are measured */
    FactStore(Duration interval) {
        this.interval = interval.toMillis();
    }

    long staleMs() {
        return STALE_AFTER * interval;
    }

    Optional<SharedFact> get(FactKey key) {
        return Optional.ofNullable(entries.get(key)).map(entry -> entry.fact);
    }

    int size() {
        return entries.size();
    }

    boolean isConfigured(ProxyTarget target) {
        return configured.contains(target);
    }

    /** @param ageMs since anybody is known to have had the target configured */
    Outcome put(FactKey key, SharedFact fact, long ageMs, long now) {
        Entry entry = entries.get(key);
        boolean here = isConfigured(key.target());
        if (entry == null && !here) {
            if (ageMs >= staleMs()) {
                return Outcome.TOO_OLD;
            }
            if (foreign >= ROOM) {
                return Outcome.NO_ROOM;
            }
            foreign++;
        }
        SharedFact merged = entry == null ? fact : SharedFact.merge(entry.fact, fact);
        boolean isNew = entry == null || !merged.equals(entry.fact);
        Entry kept = entry == null ? new Entry(key, merged) : entry;
        if (entry == null) {
            kept.vouchedAt = now - ageMs;
            entries.put(key, kept);
        }
        kept.vouchedAt = Math.max(kept.vouchedAt, now - ageMs);
        if (isNew) {
            spread(kept, false);
            kept.fact = merged;
            kept.print = FactWriter.print(key, merged);
        }
        spread(kept, age(key, kept, now) < staleMs());
        return isNew ? Outcome.CHANGED : Outcome.KNOWN;
    }

    /** @return the facts about targets that were not configured before */
    Map<FactKey, SharedFact> configured(Set<ProxyTarget> targets, long now) {
        Set<ProxyTarget> before = configured;
        configured = Set.copyOf(targets);
        foreign = 0;
        Map<FactKey, SharedFact> joined = new TreeMap<>();
        entries.forEach((key, entry) -> {
            boolean was = before.contains(key.target());
            boolean is = configured.contains(key.target());
            foreign += is ? 0 : 1;
            if (is && !was) {
                joined.put(key, entry.fact);
                spread(entry, true);
            } else if (was && !is) {
                entry.vouchedAt = now;
            }
        });
        return joined;
    }

    /** Forgets what nobody has had configured for long. */
    void sweep(long now) {
        for (Iterator<Map.Entry<FactKey, Entry>> all = entries.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<FactKey, Entry> next = all.next();
            long age = age(next.getKey(), next.getValue(), now);
            spread(next.getValue(), age < staleMs());
            if (age >= 2 * staleMs()) {
                all.remove();
                foreign--;
            }
        }
    }

    /** Facts that somebody should vouch for. */
    List<FactKey> asked(long now) {
        return entries.entrySet().stream()
                .filter(entry -> age(entry.getKey(), entry.getValue(), now) >= ASKED_AFTER * interval)
                .map(Map.Entry::getKey)
                .limit(ASKED_AT_ONCE)
                .toList();
    }

    Optional<Told> vouched(FactKey key, long now) {
        return Optional.ofNullable(entries.get(key))
                .filter(entry -> age(key, entry, now) < ASKED_AFTER * interval)
                .map(entry -> told(key, entry, now));
    }

    Buckets digest() {
        return buckets.copy();
    }

    /** What is spread of these buckets. */
    List<Told> in(long mask, long now) {
        List<Told> told = new ArrayList<>();
        entries.forEach((key, entry) -> {
            if (entry.spread && (mask >>> entry.bucket & 1) != 0) {
                told.add(told(key, entry, now));
            }
        });
        return told;
    }

    /** Facts about targets that are configured here. */
    Map<FactKey, SharedFact> here(Predicate<FactKey> wanted) {
        Map<FactKey, SharedFact> here = new TreeMap<>();
        entries.forEach((key, entry) -> {
            if (isConfigured(key.target()) && wanted.test(key)) {
                here.put(key, entry.fact);
            }
        });
        return here;
    }

    Map<FactKey, SharedFact> all() {
        Map<FactKey, SharedFact> all = new TreeMap<>();
        entries.forEach((key, entry) -> all.put(key, entry.fact));
        return all;
    }

    Told told(FactKey key, SharedFact fact, long now) {
        return new Told(
                key,
                fact,
                Optional.ofNullable(entries.get(key))
                        .map(entry -> age(key, entry, now))
                        .orElse(0L));
    }

    private Told told(FactKey key, Entry entry, long now) {
        return new Told(key, entry.fact, age(key, entry, now));
    }

    private long age(FactKey key, Entry entry, long now) {
        return isConfigured(key.target()) ? 0 : Math.max(0, now - entry.vouchedAt);
    }

    private void spread(Entry entry, boolean is) {
        if (entry.spread != is) {
            entry.spread = is;
            buckets.toggle(entry.bucket, entry.print);
        }
    }
}
