package io.weir.cluster.facts;

import io.weir.cluster.facts.FactFrame.Told;
import io.weir.model.Cluster.Sync;
import io.weir.model.HealthCheck;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Decision;
import io.weir.policy.FactCounts;
import io.weir.policy.HybridClock;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Makes the facts of all nodes the same. What this node says is gossiped, and sent to its peers directly; what gets lost is
 * found by comparing digests with one peer each interval. Facts about targets that are not configured here are kept for
 * others. Not safe for threads: one caller at a time.
 */
public final class FactExchange {

    /** A gossip is repeated to many; what is more goes into another one. */
    private static final int GOSSIP_BYTES = 8_000;

    /** Beyond that, gossip is fast enough and sending to all is not cheap any more. */
    private static final int TOLD_DIRECTLY = 16;

    /** How often a peer whose facts have not been drawn yet is asked again. */
    private static final long IMPATIENT_MS = 1_000;

    /** A node that has met nobody for so long after its start is alone. */
    private static final long ALONE_MS = 3_000;

    private final Sharing shared;
    private final long interval;
    private final FactNetwork network;
    private final FactListener listener;
    private final RandomGenerator random;
    private final FactStore store;
    private final Author author;
    private final DrainWait drains;
    private final CheckDuty checks;
    private final FactPeers peers = new FactPeers();
    private final FactTallies tallies = new FactTallies();
    private long startedAt;
    private long nextExchange;
    private boolean ready;

    /** @param interval between two exchanges with a peer */
    public FactExchange(
            NodeId self,
            Sync sync,
            Duration interval,
            FactNetwork network,
            FactListener listener,
            RandomGenerator random,
            Moment start) {
        this.shared = new Sharing(sync);
        this.interval = interval.toMillis();
        this.network = network;
        this.listener = listener;
        this.random = random;
        this.store = new FactStore(interval);
        this.author = new Author(self);
        this.checks =
                new CheckDuty(new CheckShares(self, sync.checkers()), sync.health(), peers, store, author, listener);
        this.drains = new DrainWait(shared.contains(Kind.DRAIN), sync.conntrack(), network, listener);
        this.startedAt = start.now();
        this.nextExchange = start.now() + random.nextLong(this.interval);
    }

    /** All targets that are configured here. */
    public void configured(Set<ProxyTarget> targets, Moment moment) {
        Map<FactKey, SharedFact> joined = store.configured(targets, moment.now());
        decided(author.unchecked(target -> !targets.contains(target)), moment);
        learned(joined);
    }

    /** Peers are looked for from now on: who finds none within {@link #ALONE_MS} is alone. */
    public void begins(Moment moment) {
        startedAt = moment.now();
    }

    /** What this node has come to; what is not shared, or no news to anybody, is not told. */
    public void decided(List<Decision> decisions, Moment moment) {
        Set<FactKey> news = new TreeSet<>();
        Map<FactKey, SharedFact> standing = new TreeMap<>();
        for (Decision decision : decisions) {
            FactKey key = new FactKey(decision.target(), decision.kind());
            if (shared.contains(key.kind())) {
                author.said(decision, store.get(key), checks::holds, tellsWell(), moment.wall())
                        .ifPresent(fact -> {
                            if (store.put(key, fact, 0, moment.now()) == FactStore.Outcome.NO_ROOM) {
                                tallies.noRoom++;
                            } else {
                                news.add(key);
                            }
                        });
                store.get(key).ifPresent(fact -> standing.put(key, fact));
            }
        }
        checks.resign();
        say(news, moment);
        learned(standing); // also where it was no news: then something else holds than was decided
    }

    /**
     * Says something by hand, whatever is known and checks find. This node takes it for true like all others.
     *
     * @return false: that is not shared, or there is no room for targets that are not configured here
     */
    public boolean broadcast(Decision decision, Moment moment) {
        FactKey key = new FactKey(decision.target(), decision.kind());
        if (!shared.contains(key.kind())) {
            return false;
        }
        SharedFact fact = author.byHand(decision, store.get(key), moment.wall());
        boolean taken = store.put(key, fact, 0, moment.now()) != FactStore.Outcome.NO_ROOM;
        tallies.noRoom += taken ? 0 : 1;
        if (taken) {
            say(Set.of(key), moment);
            learned(Map.of(key, store.get(key).orElseThrow()));
        }
        return taken;
    }

    private void say(Set<FactKey> news, Moment moment) {
        List<Told> told = new ArrayList<>();
        for (FactKey key : news) {
            SharedFact fact = store.get(key).orElseThrow();
            follow(key, fact);
            told.add(store.told(key, fact, moment.now()));
        }
        tallies.said += told.size();
        for (byte[] frame : FactWriter.facts(told, GOSSIP_BYTES)) {
            network.gossip(frame);
            if (peers.count() <= TOLD_DIRECTLY) {
                peers.all().forEach(peer -> network.send(peer, frame));
            }
        }
    }

    /** Connections this node has left on drained targets. */
    public void counted(Map<ProxyTarget, Long> remaining) {
        drains.counted(remaining);
    }

    /** How often this node counts them. */
    public void countedEvery(Duration interval) {
        drains.countedEvery(interval);
    }

    /** @param held whether connections of a peer are held ready here, which nobody is known to have claimed */
    public void heldHere(Predicate<NodeId> held) {
        drains.heldHere(held);
    }

    /** All targets that this node checks, or would if nobody else did, and how. */
    public void checks(Map<ProxyTarget, HealthCheck> all, Moment moment) {
        inform(checks.of(all), moment);
    }

    /**
     * Shares this from now on. Of what is shared no more nothing that peers have said holds any more; of what is shared anew this
     * node tells what it has come to, and takes for true what holds at its peers.
     *
     * @param own what this node has come to by itself; asked for when what it comes to next is told already
     */
    public void share(Sync sync, Supplier<List<Decision>> own, Moment moment) {
        Sharing.Change change = shared.become(sync);
        checks.share(sync.health());
        boolean isAnother = checks.among(sync.checkers());
        if (!change.isNone()) {
            forget(change.gone());
            drains.share(sync.drain());
            exchangeWithAll(moment);
        }
        inform(isAnother, moment);
        Set<Kind> young = change.young();
        if (!young.isEmpty()) {
            decided(own.get().stream().filter(found -> isUntold(found, young)).toList(), moment);
            learned(store.here(key -> young.contains(key.kind())));
        }
    }

    private void forget(Set<Kind> kinds) {
        if (!kinds.isEmpty()) {
            listener.unshared(kinds);
        }
        if (kinds.contains(Kind.HEALTH)) {
            author.keepToItself();
            listener.doubted(store.here(key -> key.kind() == Kind.HEALTH).keySet().stream()
                    .map(FactKey::target)
                    .collect(Collectors.toSet()));
        }
    }

    /** A drain or an open circuit that all know of is not begun anew. */
    private boolean isUntold(Decision found, Set<Kind> young) {
        return young.contains(found.kind())
                && store.get(new FactKey(found.target(), found.kind()))
                        .map(fact -> switch (fact) {
                            case SharedFact.Drain drain -> !drain.isDrained();
                            case SharedFact.Circuit circuit -> !circuit.open();
                            case SharedFact.Health _ -> true;
                        })
                        .orElse(true);
    }

    private void inform(boolean isAnother, Moment moment) {
        if (isAnother) {
            peers.informAnew();
            peers.all().forEach(peer -> ask(peer, moment));
        }
        tellWell(moment);
    }

    /** Who checks a target says so then, also when it is well: others have nothing else to go by. */
    private boolean tellsWell() {
        return checks.isShared() && ready;
    }

    private void tellWell(Moment moment) {
        if (tellsWell()) {
            decided(
                    author.untold(target ->
                            store.get(new FactKey(target, Kind.HEALTH)).isEmpty()),
                    moment);
        }
    }

    /** Links to a living peer stand, perhaps anew. */
    public void up(NodeId id, Moment moment) {
        peers.up(id);
        checks.up(id);
        ask(id, moment);
        drains.up(id);
    }

    /** A peer has died: living nodes' checks may contradict it, and its connections become others'. */
    public void died(NodeId id, Moment moment) {
        drains.died(id, moment.now());
        gone(id);
    }

    /** A peer has left: the same, but its connections become others' only if it does not come back. */
    public void left(NodeId id, Moment moment) {
        drains.left(id, moment.now());
        gone(id);
    }

    private void gone(NodeId id) {
        peers.gone(id);
        checks.gone(id);
    }

    /** To be called several times a second. */
    public void tick(Moment moment) {
        peers.silent(moment.now(), IMPATIENT_MS).forEach(peer -> ask(peer, moment));
        drains.tick(moment.now());
        if (moment.now() >= nextExchange) {
            nextExchange = moment.now() + interval;
            store.sweep(moment.now());
            List<NodeId> all = peers.all();
            if (!all.isEmpty()) {
                ask(all.get(random.nextInt(all.size())), moment);
            }
            drains.repeat(target -> store.get(new FactKey(target, Kind.DRAIN)).isPresent(), store::isConfigured);
            learned(store.here(_ -> true)); // what it was told may have been lost on it while its configuration changed
        }
        if (!ready) {
            boolean isAlone = peers.count() == 0 && moment.now() - startedAt >= ALONE_MS;
            ready = isAlone || peers.count() > 0 && peers.undrawn().isEmpty();
            tellWell(moment);
        }
    }

    /** Exchanges with all peers now, and not only with one at the next turn; {@link #undrawn} says when it is done. */
    public void exchangeWithAll(Moment moment) {
        peers.drawAnew();
        peers.all().forEach(peer -> ask(peer, moment));
    }

    /** Those that are up. */
    public Set<NodeId> peers() {
        return new TreeSet<>(peers.all());
    }

    private void ask(NodeId id, Moment moment) {
        peers.asked(id, moment.now());
        tallies.exchanges++;
        network.send(
                id,
                FactWriter.digest(new FactFrame.Digest(
                        store.digest(), shared.kinds(), checks.print(), store.asked(moment.now()))));
    }

    /**
     * A gossip has come in.
     *
     * @return false: no node sends such
     */
    public boolean gossiped(byte[] frame, Moment moment) {
        long malformed = tallies.malformed();
        Optional<FactFrame> read = tallies.read(frame);
        if (read.isPresent() && read.get() instanceof FactFrame.Facts facts) {
            heard(facts.told(), moment);
        }
        return tallies.malformed() == malformed;
    }

    /**
     * A frame from a peer has come in. One that is not up yet is not heard: it tells again.
     *
     * @return false: no node sends such
     */
    public boolean received(NodeId from, byte[] frame, Moment moment) {
        long malformed = tallies.malformed();
        Optional<FactFrame> read = tallies.read(frame);
        if (peers.isUp(from)) {
            read.ifPresent(known -> received(from, known, moment));
        }
        return tallies.malformed() == malformed;
    }

    private void received(NodeId from, FactFrame read, Moment moment) {
        switch (read) {
            case FactFrame.Facts facts -> heard(facts.told(), moment);
            case FactFrame.Digest digest -> answer(from, digest, moment);
            case FactFrame.Wanted wanted -> sendAll(from, frames(store.in(wanted.buckets(), moment.now())));
            case FactFrame.Done done -> {
                peers.answered(from, done.checks() == checks.print());
                tallies.agreed++;
            }
            case FactFrame.Counts counts -> drains.heard(from, counts.counts());
        }
    }

    private void answer(NodeId from, FactFrame.Digest digest, Moment moment) {
        drains.shares(from, digest.kinds().contains(Kind.DRAIN));
        checks.says(from, digest.checks(), digest.kinds().contains(Kind.HEALTH));
        long difference = store.digest().difference(digest.buckets());
        List<Told> told = new ArrayList<>(store.in(difference, moment.now()));
        digest.asked().forEach(key -> store.vouched(key, moment.now()).ifPresent(told::add));
        List<byte[]> frames = new ArrayList<>(frames(told));
        if (difference != 0) {
            frames.add(FactWriter.wanted(difference));
        }
        frames.add(FactWriter.done(digest.checks()));
        sendAll(from, frames);
    }

    private static List<byte[]> frames(List<Told> told) {
        return FactWriter.facts(told, FactWriter.LONGEST);
    }

    /** Up to the first for which there is no room: whoever asked asks again. */
    private void sendAll(NodeId peer, List<byte[]> frames) {
        for (byte[] frame : frames) {
            if (!network.send(peer, frame)) {
                return;
            }
        }
    }

    private void heard(List<Told> all, Moment moment) {
        Map<FactKey, SharedFact> changed = new TreeMap<>();
        for (Told told : all) {
            tallies.heard++;
            tallies.ahead += HybridClock.isAhead(told.fact().at(), moment.wall()) ? 1 : 0;
            author.heard(told.fact().at(), moment.wall());
            FactStore.Outcome outcome = store.put(told.key(), told.fact(), told.ageMs(), moment.now());
            tallies.noRoom += outcome == FactStore.Outcome.NO_ROOM ? 1 : 0;
            if (outcome == FactStore.Outcome.CHANGED) {
                SharedFact fact = store.get(told.key()).orElseThrow();
                changed.put(told.key(), fact);
                follow(told.key(), fact);
            }
        }
        tallies.changed += changed.size();
        changed.keySet().removeIf(key -> !store.isConfigured(key.target()));
        learned(changed);
        checks.doubt(changed);
        decided(author.contradictions(changed), moment);
    }

    private void follow(FactKey key, SharedFact fact) {
        if (fact instanceof SharedFact.Drain drain) {
            drains.follow(key.target(), drain, store.isConfigured(key.target()));
        }
    }

    private void learned(Map<FactKey, SharedFact> facts) {
        Map<FactKey, SharedFact> wanted = new TreeMap<>(facts);
        wanted.keySet().removeIf(key -> !shared.contains(key.kind()) || !store.isConfigured(key.target()));
        if (!wanted.isEmpty()) {
            listener.learned(wanted);
        }
        wanted.keySet().stream()
                .filter(key -> key.kind() == Kind.DRAIN)
                .forEach(key -> drains.tellGathered(key.target()));
    }

    /**
     * Whether all that the peers knew was drawn once since the start, or there are none: before that the node does not know
     * which targets are drained. Stays so.
     */
    public boolean isReady() {
        return ready;
    }

    /** Peers whose facts have not been drawn since they were last met, or were last asked to exchange. */
    public Set<NodeId> undrawn() {
        return peers.undrawn();
    }

    public Optional<SharedFact> fact(FactKey key) {
        return store.get(key);
    }

    /** All that is known, also about targets that are not configured here. */
    public Map<FactKey, SharedFact> facts() {
        return store.all();
    }

    public FactCounts counts() {
        return tallies.counts(store.size());
    }
}
