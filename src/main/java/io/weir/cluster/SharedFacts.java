package io.weir.cluster;

import io.weir.cluster.facts.Checks;
import io.weir.cluster.facts.EngineNews;
import io.weir.cluster.facts.FactExchange;
import io.weir.cluster.facts.FactKey;
import io.weir.cluster.facts.FactNetwork;
import io.weir.cluster.facts.Moment;
import io.weir.cluster.facts.OwnWord;
import io.weir.engine.Conditions;
import io.weir.engine.Engine;
import io.weir.engine.Event.PeerNews;
import io.weir.engine.Outbox;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Cluster;
import io.weir.model.Cluster.Sync;
import io.weir.model.HealthCheck;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.model.Subscription;
import io.weir.policy.Decision;
import io.weir.policy.FactCounts;
import io.weir.policy.SharedFact;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The facts this node shares with its peers, between its engine and its membership: gives the {@link FactExchange} its clock,
 * and one caller at a time. Is there before the engine, which sends its decisions here, and works from {@link #start} on.
 */
public final class SharedFacts implements Outbox, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedFacts.class);
    private static final Duration TICK = Duration.ofMillis(200);
    private static final int EVENTS_WAITING = 1024;

    private final FactExchange exchange;
    private volatile Optional<Membership> membership = Optional.empty();
    private volatile Consumer<PeerNews> engine = _ -> {};
    private volatile Checks checks = Checks.NONE;
    private volatile Supplier<Conditions> conditions = () -> Conditions.NONE;
    private volatile boolean closed;
    private List<ProxyStatus> seen = List.of();

    public SharedFacts(NodeId self, Cluster settings) {
        this.exchange = new FactExchange(
                self,
                settings.sync(),
                settings.gossip().pushPull(),
                new Wire(),
                new EngineNews(self, news -> engine.accept(news), new OwnChecks()),
                new Random(),
                moment());
    }

    /** Goes nowhere before there are peers. */
    private final class Wire implements FactNetwork {
        @Override
        public void gossip(byte[] frame) {
            membership.ifPresent(peers -> peers.gossip(frame));
        }

        @Override
        public boolean send(NodeId peer, byte[] frame) {
            return membership.map(peers -> peers.sendFacts(peer, frame)).orElse(false);
        }
    }

    /** Nobody's before there are peers. */
    private final class OwnChecks implements Checks {
        @Override
        public void checkAnew(Set<ProxyTarget> targets) {
            checks.checkAnew(targets);
        }

        @Override
        public void checkedElsewhere(Map<ProxyTarget, Set<NodeId>> targets) {
            checks.checkedElsewhere(targets);
        }
    }

    /** Clocks of this host. */
    private static Moment moment() {
        return new Moment(System.nanoTime() / 1_000_000, System.currentTimeMillis());
    }

    /**
     * Begins to exchange facts with whoever is a member, and tells the engine.
     *
     * @param own the checks of this node
     */
    public SharedFacts start(Membership peers, Engine node, Checks own) {
        engine = node::tell;
        conditions = () -> node.snapshot().conditions();
        checks = own;
        membership = Optional.of(peers);
        did(() -> exchange.begins(moment()));
        Subscription<MembershipEvent> events = peers.subscribe(EVENTS_WAITING);
        peers.onGossip(frame -> locked(() -> exchange.gossiped(frame, moment())));
        peers.onFacts((peer, frame) -> {
            if (!locked(() -> exchange.received(peer, frame, moment()))) {
                throw new IllegalArgumentException(
                        "a frame of " + frame.length + " bytes from " + peer + " holds no facts");
            }
        });
        peers.present().stream()
                .filter(peer -> !peer.equals(peers.self()))
                .forEach(peer -> did(() -> exchange.up(peer, moment())));
        Thread.ofVirtual().name("weir-facts").start(() -> run(events, peers, node));
        return this;
    }

    private void run(Subscription<MembershipEvent> events, Membership peers, Engine node) {
        long lost = 0;
        try (events) {
            while (!closed) {
                events.next(TICK).ifPresent(this::follow);
                if (events.lost() > lost) {
                    lost = events.lost();
                    reconcile(peers);
                }
                configure(node.snapshot());
                did(() -> exchange.tick(moment()));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(MembershipEvent event) {
        switch (event) {
            case MembershipEvent.Joined joined -> did(() -> exchange.up(joined.node(), moment()));
            case MembershipEvent.Restarted again -> did(() -> exchange.up(again.node(), moment()));
            case MembershipEvent.Left left -> did(() -> exchange.left(left.node(), moment()));
            case MembershipEvent.Died died -> did(() -> exchange.died(died.node(), moment()));
            case MembershipEvent.Suspected _, MembershipEvent.Recovered _, MembershipEvent.NameTaken _ -> {
                // May live: what it has said stands.
            }
        }
    }

    /** Events were lost: who is there is what counts. */
    private void reconcile(Membership peers) {
        Set<NodeId> present = new HashSet<>(peers.present());
        present.remove(peers.self());
        did(() -> {
            Set<NodeId> known = exchange.peers();
            known.stream().filter(peer -> !present.contains(peer)).forEach(peer -> exchange.died(peer, moment()));
            present.stream().filter(peer -> !known.contains(peer)).forEach(peer -> exchange.up(peer, moment()));
        });
    }

    private void configure(Snapshot snapshot) {
        snapshot.settings()
                .map(settings -> settings.control().drains().checkInterval())
                .ifPresent(interval -> did(() -> exchange.countedEvery(interval)));
        if (snapshot.settings().isEmpty() || snapshot.hasProxiesOf(seen)) {
            return;
        }
        seen = snapshot.proxies();
        Set<ProxyTarget> targets = new HashSet<>();
        seen.forEach(proxy -> proxy.endpoints()
                .forEach(endpoint -> targets.add(new ProxyTarget(proxy.proxy().name(), endpoint))));
        did(() -> exchange.configured(targets, moment()));
    }

    /** The loop goes on whatever happens in a turn of it. */
    private void did(Runnable step) {
        try {
            locked(() -> {
                step.run();
                return true;
            });
        } catch (RuntimeException broken) {
            LOG.error("the exchange of facts goes on after an error of its own", broken);
        }
    }

    private <T> T locked(Supplier<T> step) {
        synchronized (exchange) {
            return step.get();
        }
    }

    @Override
    public void decided(List<Decision> decisions) {
        did(() -> exchange.decided(decisions, moment()));
    }

    @Override
    public void counted(Map<ProxyTarget, Long> remaining) {
        did(() -> exchange.counted(remaining));
    }

    /**
     * Says something to all by hand, whatever is known; this node takes it for true too.
     *
     * @return false: that kind is not shared, or there is no room for targets that are not configured here
     */
    public boolean broadcast(Decision decision) {
        return locked(() -> exchange.broadcast(decision, moment()));
    }

    /** @param held whether connections of a peer are held ready here, which nobody is known to have claimed */
    public void heldHere(Predicate<NodeId> held) {
        did(() -> exchange.heldHere(held));
    }

    /** All targets that this node checks, or would if nobody else did, and how: some may be left to peers. */
    public void checks(Map<ProxyTarget, HealthCheck> all) {
        did(() -> exchange.checks(all, moment()));
    }

    /** Shares this from now on, see {@link FactExchange#share}. */
    public void share(Sync sync) {
        did(() -> exchange.share(sync, () -> OwnWord.of(conditions.get()), moment()));
    }

    /** Exchanges with all peers now, and not only with one at the next turn; {@link #undrawn} says when it is done. */
    public void exchangeWithAll() {
        did(() -> exchange.exchangeWithAll(moment()));
    }

    /** Whether all that the peers knew was drawn once since the start, or there are none. */
    public boolean isReady() {
        return locked(exchange::isReady);
    }

    /** Peers whose facts have not been drawn since they were last met, or were last asked to exchange. */
    public Set<NodeId> undrawn() {
        return locked(exchange::undrawn);
    }

    /** All that is known, also about targets that are not configured here. */
    public Map<FactKey, SharedFact> facts() {
        return locked(exchange::facts);
    }

    public FactCounts counts() {
        return locked(exchange::counts)
                .withGossipLost(membership.map(Membership::lostGossip).orElse(0L));
    }

    /** Nothing is exchanged any more; what was learned stays. */
    @Override
    public void close() {
        closed = true;
        membership = Optional.empty();
        engine = _ -> {};
    }
}
