package io.weir.engine;

import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.model.SourceRoute;
import io.weir.policy.Circuit;
import io.weir.policy.HealthTrack;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Everything that can change what the data path should hold. */
public sealed interface Event {

    /** What somebody wants. Answered: refused with a {@link RefusedException}, or done when the data path has it. */
    sealed interface Command extends Event {}

    /** The whole configuration, in place of all before it. What the operator did to interfaces stays. */
    record Apply(Desired desired) implements Command {}

    /** Like {@link Apply}, whole or not at all: where the data path refuses any of it, all before it is put back. */
    record Replace(Desired desired) implements Command {}

    record AddProxy(Proxy proxy) implements Command {}

    /** Its new connections stop; those that are established go on. */
    record RemoveProxy(String name) implements Command {}

    record AddRoute(String proxy, SourceRoute route) implements Command {}

    record RemoveRoute(String proxy, SourceRoute.Source source) implements Command {}

    /** Other targets or weights: of a source route, or of the default group when {@code route} is empty. */
    record ReplaceTargets(String proxy, Optional<SourceRoute.Source> route, Group group) implements Command {}

    /** Attaches the data path to interfaces no listener names, or again to those it was detached from. */
    record AttachInterfaces(List<String> names) implements Command {
        public AttachInterfaces {
            names = List.copyOf(names);
        }
    }

    /** Takes the data path off interfaces until they are attached again, also where a listener names them. */
    record DetachInterfaces(List<String> names) implements Command {
        public DetachInterfaces {
            names = List.copyOf(names);
        }
    }

    /** Whether flow events and per-flow totals are kept. */
    record EnableStatistics(boolean enabled) implements Command {}

    /** Limits new connections; what is not said stays as it is. */
    record LimitRates(RateLimits limits) implements Command {}

    /** No limits of new connections any more. */
    record ClearRateLimits() implements Command {}

    /**
     * Balances by connections at once, and not only when the interval has passed. Nothing changes where another algorithm is used.
     *
     * @param tallies of all targets; the engine reads them itself
     */
    record Rebalance(Map<Endpoint, Tally> tallies) implements Command {
        public Rebalance {
            tallies = Map.copyOf(tallies);
        }

        public Rebalance() {
            this(Map.of());
        }
    }

    /** Says how a target is, whatever its checks say; {@code healthy} empty: the checks count again. */
    record ForceHealth(String proxy, Endpoint target, Optional<Boolean> healthy) implements Command {}

    /**
     * No new connection for a target; the existing ones go on.
     *
     * @param proxy empty: in every proxy that has the target
     * @param timeout empty: as configured
     * @param connections on the target by proxy; the engine counts them itself
     */
    record StartDrain(
            Optional<String> proxy, Endpoint target, Optional<Duration> timeout, Map<String, Long> connections)
            implements Command {

        public StartDrain {
            connections = Map.copyOf(connections);
        }

        public StartDrain(Optional<String> proxy, Endpoint target, Optional<Duration> timeout) {
            this(proxy, target, timeout, Map.of());
        }

        StartDrain counting(Map<String, Long> other) {
            return new StartDrain(proxy, target, timeout, other);
        }
    }

    /** Gives a drained target its weight back. */
    record Undrain(Optional<String> proxy, Endpoint target) implements Command {}

    /** @param proxy empty: in every proxy that has the target */
    record ForceCircuit(Optional<String> proxy, Endpoint target, CircuitAction action) implements Command {}

    /** What an operator may do to a circuit. */
    enum CircuitAction {
        OPEN,
        CLOSE,
        RESET;

        Circuit.Event event() {
            return switch (this) {
                case OPEN -> new Circuit.Event.ForceOpen();
                case CLOSE -> new Circuit.Event.ForceClose();
                case RESET -> new Circuit.Event.Reset();
            };
        }
    }

    /**
     * What the data path has counted, as the engine reads it when that is due.
     *
     * @param tallies of the targets somebody has to know about
     * @param remaining connections of targets that are drained
     * @param balances whether least connections is to look at them
     */
    record Counted(Map<Endpoint, Tally> tallies, Map<ProxyTarget, Long> remaining, boolean balances) implements Event {
        public Counted {
            tallies = Map.copyOf(tallies);
            remaining = Map.copyOf(remaining);
        }
    }

    /** What somebody saw. Never refused; of facts that wait, the latest of a kind counts. */
    sealed interface Fact extends Event {
        /** What is left of this and an earlier fact of the same kind that nobody has read. */
        default Fact after(Fact earlier) {
            return this;
        }
    }

    /** All interfaces of the host, by name. */
    record LinksChanged(Map<String, Link> links) implements Fact {
        public LinksChanged {
            links = Map.copyOf(links);
        }
    }

    /** @param index the kernel's; a name that comes back has another */
    record Link(int index) {}

    /** What the routing table says: through which interface replies of each target come; a target it cannot reach is absent. */
    record PathsChanged(Map<Endpoint, String> interfaces) implements Fact {
        public PathsChanged {
            interfaces = Map.copyOf(interfaces);
        }
    }

    /** Links, addresses, routes or neighbours are others now, also when the other facts about them are the same. */
    record NetworkChanged() implements Fact {}

    /** Addresses of host names of routes and targets; names that are not in it keep theirs. */
    record NamesResolved(Map<String, List<IpAddress>> addresses) implements Fact {
        public NamesResolved {
            addresses = Map.copyOf(addresses);
        }

        @Override
        public Fact after(Fact earlier) {
            Map<String, List<IpAddress>> all = new HashMap<>(((NamesResolved) earlier).addresses);
            all.putAll(addresses);
            return new NamesResolved(all);
        }
    }

    /** What checks have come to; of targets that are not in it nothing has changed. An empty one: it is not checked any more. */
    record HealthChanged(Map<ProxyTarget, Optional<Checked>> targets) implements Fact {

        /** @param error of the check that failed last; may be empty */
        public record Checked(HealthTrack.Status status, String error) {}

        public HealthChanged {
            targets = Map.copyOf(targets);
        }

        @Override
        public Fact after(Fact earlier) {
            Map<ProxyTarget, Optional<Checked>> all = new HashMap<>(((HealthChanged) earlier).targets);
            all.putAll(targets);
            return new HealthChanged(all);
        }
    }

    /**
     * What holds in the whole cluster. Of what is not in it nothing has changed.
     *
     * @param self who this node is: its own words come back too
     * @param counts of connections that peers have left on drained targets
     * @param connections this node has on targets that are drained now; the engine counts them itself
     * @param draining peers whose connections drains wait for; empty: as before
     * @param unshared kinds that are shared no more, or were not for a while: what was heard of them before is forgotten first
     */
    record PeerNews(
            NodeId self,
            Map<ProxyTarget, SharedFact.Health> health,
            Map<ProxyTarget, SharedFact.Circuit> circuits,
            Map<ProxyTarget, SharedFact.Drain> drains,
            Map<ProxyTarget, PeersCounted> counts,
            Map<ProxyTarget, Long> connections,
            Optional<Set<NodeId>> draining,
            Set<Kind> unshared)
            implements Fact {

        /** Without anything that is to be forgotten. */
        public PeerNews(
                NodeId self,
                Map<ProxyTarget, SharedFact.Health> health,
                Map<ProxyTarget, SharedFact.Circuit> circuits,
                Map<ProxyTarget, SharedFact.Drain> drains,
                Map<ProxyTarget, PeersCounted> counts,
                Map<ProxyTarget, Long> connections,
                Optional<Set<NodeId>> draining) {
            this(self, health, circuits, drains, counts, connections, draining, Set.of());
        }

        /** Of these kinds nothing counts any more that was heard before. */
        public static PeerNews without(NodeId self, Set<Kind> unshared) {
            return new PeerNews(self, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Optional.empty(), unshared);
        }

        public PeerNews {
            unshared = Set.copyOf(unshared);
            health = Map.copyOf(health);
            circuits = Map.copyOf(circuits);
            drains = Map.copyOf(drains);
            counts = Map.copyOf(counts);
            connections = Map.copyOf(connections);
            draining = draining.map(Set::copyOf);
        }

        /** @param drain which one they were counted for */
        public record PeersCounted(HybridTime drain, Map<NodeId, Long> connections) {
            public PeersCounted {
                connections = Map.copyOf(connections);
            }
        }

        @Override
        public Fact after(Fact earlier) {
            PeerNews before = (PeerNews) earlier;
            Set<Kind> forgotten = new HashSet<>(before.unshared);
            forgotten.addAll(unshared);
            return new PeerNews(
                    self,
                    both(Kind.HEALTH, before.health, health),
                    both(Kind.CIRCUIT, before.circuits, circuits),
                    both(Kind.DRAIN, before.drains, drains),
                    both(Kind.DRAIN, before.counts, counts),
                    connections,
                    draining.or(() -> before.draining),
                    forgotten);
        }

        private <V> Map<ProxyTarget, V> both(Kind kind, Map<ProxyTarget, V> earlier, Map<ProxyTarget, V> later) {
            if (unshared.contains(kind)) {
                return later;
            }
            Map<ProxyTarget, V> all = new HashMap<>(earlier);
            all.putAll(later);
            return all;
        }

        /** About these targets only. */
        PeerNews where(Predicate<ProxyTarget> known) {
            return new PeerNews(
                    self,
                    only(health, known),
                    only(circuits, known),
                    only(drains, known),
                    only(counts, known),
                    connections,
                    draining,
                    unshared);
        }

        private static <V> Map<ProxyTarget, V> only(Map<ProxyTarget, V> all, Predicate<ProxyTarget> known) {
            Map<ProxyTarget, V> some = new HashMap<>(all);
            some.keySet().removeIf(known.negate());
            return some;
        }

        PeerNews counting(Map<ProxyTarget, Long> other) {
            return new PeerNews(self, health, circuits, drains, counts, other, draining, unshared);
        }
    }

    /** How many checks of each target failed since the fact before. */
    record ChecksFailed(Map<ProxyTarget, Long> targets) implements Fact {
        public ChecksFailed {
            targets = Map.copyOf(targets);
        }

        @Override
        public Fact after(Fact earlier) {
            Map<ProxyTarget, Long> all = new HashMap<>(((ChecksFailed) earlier).targets);
            targets.forEach((target, failures) -> all.merge(target, failures, Long::sum));
            return new ChecksFailed(all);
        }
    }
}
