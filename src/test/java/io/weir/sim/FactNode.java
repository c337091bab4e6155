package io.weir.sim;

import io.weir.cluster.facts.Checks;
import io.weir.cluster.facts.EngineNews;
import io.weir.cluster.facts.FactExchange;
import io.weir.cluster.facts.FactKey;
import io.weir.cluster.facts.FactNetwork;
import io.weir.cluster.facts.Moment;
import io.weir.cluster.facts.OwnWord;
import io.weir.engine.Event;
import io.weir.engine.Event.Command;
import io.weir.engine.FoldingNode;
import io.weir.engine.Outbox;
import io.weir.model.Cluster.Sync;
import io.weir.model.Desired;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.policy.Decision;
import io.weir.policy.HealthTrack;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A node of the simulation: the real exchange of facts and the engine's real decisions, checks that are made each second,
 * and connections that come and go. After each turn it looks whether its engine and its facts say the same.
 */
final class FactNode implements Process {

    static final Duration PUSH_PULL = Duration.ofSeconds(2);
    private static final long CHECK_EVERY_MS = 1_000;
    private static final long COUNT_EVERY_MS = 500;

    /** How long it may take to claim what a dead peer carried. */
    private static final int CLAIM_WITHIN_MS = 6_000;

    private final Host host;
    private final FactPlan plan;
    private final FactExchange exchange;
    private final FoldingNode engine;
    private final List<Command> commands = new ArrayList<>();
    private final Map<ProxyTarget, HealthTrack> tracks = new TreeMap<>();
    private final Map<ProxyTarget, HealthTrack.Status> told = new HashMap<>();
    private final Map<ProxyTarget, Long> connections = new TreeMap<>();
    private final Map<ProxyTarget, SharedFact.Drain> seenDrains = new HashMap<>();
    private final Map<NodeId, Long> claims = new TreeMap<>();
    private Desired desired;
    private Sync sync;
    private long nextCheck;
    private long nextCount;
    private boolean hasMail;

    private Map<ProxyTarget, Set<NodeId>> elsewhere = Map.of();

    FactNode(Host host, FactPlan plan) {
        this.host = host;
        this.plan = plan;
        this.desired = plan.desired(host.id());
        this.sync = plan.sync(host.id());
        this.engine = new FoldingNode(new Outbox() {
            @Override
            public void decided(List<Decision> decisions) {
                exchange().decided(decisions, moment());
            }

            @Override
            public void counted(Map<ProxyTarget, Long> remaining) {
                exchange().counted(remaining);
            }
        });
        this.exchange = new FactExchange(
                host.id(),
                sync,
                PUSH_PULL,
                new FactNetwork() {
                    @Override
                    public void gossip(byte[] frame) {
                        host.gossip(frame);
                    }

                    @Override
                    public boolean send(NodeId peer, byte[] frame) {
                        return host.offer(peer, Lane.FACTS, frame);
                    }
                },
                new EngineNews(host.id(), this::tell, new OwnChecks()),
                host.random(),
                moment());
    }

    private void tell(Event.PeerNews news) {
        hasMail = true;
        engine.tell(news);
    }

    FactExchange exchange() {
        return exchange;
    }

    FoldingNode engine() {
        return engine;
    }

    Map<ProxyTarget, Long> connections() {
        return Map.copyOf(connections);
    }

    long connections(ProxyTarget target) {
        return connections.getOrDefault(target, 0L);
    }

    void carry(ProxyTarget target, long more) {
        connections.merge(target, more, Long::sum);
    }

    /** What an operator wants of this node. */
    void command(Command command) {
        commands.add(command);
    }

    /** What an operator has it tell all. */
    void say(Decision decision) {
        require(exchange.broadcast(decision, moment()), "what is said by hand is told", decision);
        turnIfTold();
    }

    private Moment moment() {
        return new Moment(host.now(), host.wall());
    }

    @Override
    public void started() {
        configure();
    }

    private void configure() {
        desired = plan.desired(host.id());
        Set<ProxyTarget> targets = plan.targets(host.id());
        engine.apply(desired);
        tracks.keySet().retainAll(targets);
        told.keySet().retainAll(targets);
        targets.forEach(target -> tracks.computeIfAbsent(target, _ -> HealthTrack.of(FactPlan.CHECK)));
        exchange.configured(targets, moment());
        exchange.checks(targets.stream().collect(Collectors.toMap(target -> target, _ -> FactPlan.CHECK)), moment());
        turn();
    }

    @Override
    public void tick() {
        if (!desired.equals(plan.desired(host.id()))) {
            configure();
        }
        if (!sync.equals(plan.sync(host.id()))) {
            share();
        }
        check();
        claim();
        serve();
        turn();
        exchange.tick(moment());
    }

    private void share() {
        sync = plan.sync(host.id());
        exchange.share(sync, () -> OwnWord.of(engine.conditions()), moment());
        turnIfTold();
    }

    private boolean shares(Kind kind) {
        return switch (kind) {
            case HEALTH -> sync.health();
            case CIRCUIT -> sync.circuitBreaker();
            case DRAIN -> sync.drain();
        };
    }

    private void turn() {
        boolean counts = host.now() >= nextCount;
        nextCount = counts ? host.now() + COUNT_EVERY_MS : nextCount;
        engine.turn(
                List.copyOf(commands), counts ? Optional.of(Map.copyOf(connections)) : Optional.empty(), host.now());
        commands.clear();
        while (hasMail) {
            hasMail = false;
            engine.turn(List.of(), Optional.empty(), host.now());
        }
        lookWhetherAllIsConsistent();
    }

    private void check() {
        if (host.now() < nextCheck) {
            return;
        }
        nextCheck = host.now() + CHECK_EVERY_MS;
        tracks.replaceAll((target, track) -> {
            if (elsewhere.containsKey(target)) {
                return track;
            }
            boolean good = plan.reaches(host.id(), target);
            HealthTrack after = track.after(good, host.now());
            if (!good) {
                engine.tell(new Event.ChecksFailed(Map.of(target, 1L)));
            }
            if (after.status() != told.getOrDefault(target, HealthTrack.Status.UNKNOWN)) {
                told.put(target, after.status());
                String error = after.mayServe() ? "" : "connection refused";
                engine.tell(new Event.HealthChanged(
                        Map.of(target, Optional.of(new Event.HealthChanged.Checked(after.status(), error)))));
            }
            return after;
        });
    }

    private final class OwnChecks implements Checks {
        @Override
        public void checkAnew(Set<ProxyTarget> targets) {
            targets.forEach(target -> {
                tracks.computeIfPresent(target, (_, _) -> HealthTrack.of(FactPlan.CHECK));
                told.remove(target);
            });
        }

        @Override
        public void checkedElsewhere(Map<ProxyTarget, Set<NodeId>> targets) {
            elsewhere = targets;
            checkAnew(targets.keySet());
        }
    }

    boolean isHealthy(ProxyTarget target) {
        return Optional.ofNullable(engine.conditions().health().get(target))
                .map(found -> found.status() != HealthTrack.Status.UNHEALTHY)
                .orElse(true);
    }

    /** Whether this node itself checks a target. */
    boolean checks(ProxyTarget target) {
        return !elsewhere.containsKey(target);
    }

    /** A connection that ends, or a new one where they may go; none before all is known. */
    private void serve() {
        for (ProxyTarget target : tracks.keySet()) {
            if (host.random().nextInt(4) == 0) {
                connections.computeIfPresent(target, (_, count) -> Math.max(0, count - 1));
            } else if (exchange.isReady()
                    && engine.serves(target)
                    && host.random().nextInt(4) == 0) {
                require(!knowsDrain(target), "no new connection goes to a target that is known to be drained", target);
                connections.merge(target, 1L, Long::sum);
            }
        }
    }

    private void claim() {
        claims.entrySet().removeIf(claim -> {
            boolean isDue = host.now() >= claim.getValue();
            if (isDue) {
                plan.claim(claim.getKey()).forEach(this::carry);
            }
            return isDue;
        });
    }

    private boolean knowsDrain(ProxyTarget target) {
        return fact(target, Kind.DRAIN)
                .map(fact -> ((SharedFact.Drain) fact).isDrained())
                .orElse(false);
    }

    /** What is said of it, if that counts here. */
    private Optional<SharedFact> fact(ProxyTarget target, Kind kind) {
        return exchange.fact(new FactKey(target, kind)).filter(_ -> shares(kind));
    }

    private void lookWhetherAllIsConsistent() {
        for (ProxyTarget target : tracks.keySet()) {
            for (Kind kind : Kind.values()) {
                fact(target, kind).ifPresent(fact -> lookAt(target, fact));
            }
        }
    }

    private void lookAt(ProxyTarget target, SharedFact fact) {
        switch (fact) {
            case SharedFact.Health health ->
                require(
                        Optional.ofNullable(engine.conditions().health().get(target))
                                .map(found -> (found.status() == HealthTrack.Status.HEALTHY) == health.healthy())
                                .orElse(false),
                        "a target is as healthy as the last word on it says",
                        target + " " + fact);
            case SharedFact.Circuit circuit -> {
                require(
                        circuit.open() || engine.circuit(target) instanceof Circuit.Closed,
                        "a circuit that was closed is closed",
                        target + " " + fact + engine.circuit(target));
                require(
                        !circuit.open() || !(engine.circuit(target) instanceof Circuit.Closed),
                        "a circuit that was opened is not closed",
                        target + " " + fact);
            }
            case SharedFact.Drain drain -> {
                require(
                        engine.conditions().isDrained(target) == drain.isDrained(),
                        "what is drained is drained",
                        target + " " + fact);
                Optional.ofNullable(seenDrains.put(target, drain))
                        .flatMap(SharedFact.Drain::undone)
                        .ifPresent(undone -> require(
                                drain.undone().isPresent()
                                        && drain.undone().get().compareTo(undone) >= 0,
                                "a drain that was taken back stays so",
                                target + " " + fact));
            }
        }
    }

    private void require(boolean is, String sentence, Object found) {
        if (!is) {
            throw new AssertionError("at " + plan.world().time() + " ms on " + host.id() + ", it is not true that "
                    + sentence + ": " + found + plan.world().history());
        }
    }

    @Override
    public void up(NodeId peer) {
        exchange.up(peer, moment());
        turnIfTold();
    }

    @Override
    public void dead(NodeId peer, Set<NodeId> survivors) {
        exchange.died(peer, moment());
        if (survivors.stream().noneMatch(other -> other.compareTo(host.id()) < 0)) {
            claims.put(peer, host.now() + host.random().nextInt(CLAIM_WITHIN_MS));
        }
        turnIfTold();
    }

    @Override
    public void gossiped(byte[] frame) {
        exchange.gossiped(frame, moment());
        turnIfTold();
    }

    @Override
    public void received(NodeId from, Lane lane, byte[] frame) {
        exchange.received(from, frame, moment());
        turnIfTold();
    }

    private void turnIfTold() {
        if (hasMail) {
            turn();
        }
    }
}
