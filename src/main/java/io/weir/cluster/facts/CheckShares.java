package io.weir.cluster.facts;

import io.weir.model.HealthCheck;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.CheckShare;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who checks which target, where not every node checks all. Nodes divide what they check among those that check the very same
 * targets in the same way, in shares of the same size, and have said so: whoever is configured otherwise, or has not spoken
 * yet, is not relied on, and relies on nobody.
 */
final class CheckShares {

    private static final long NOT_SHARED = 0;

    private final NodeId self;
    private OptionalInt checkers;
    private Map<ProxyTarget, HealthCheck> checks = Map.of();
    private long print = NOT_SHARED;

    /** What living peers say that they check. */
    private final Map<NodeId, Long> peers = new TreeMap<>();

    private Map<ProxyTarget, Set<NodeId>> elsewhere = Map.of();

    /** @param checkers how many nodes check each target; empty: all */
    CheckShares(NodeId self, OptionalInt checkers) {
        this.self = self;
        this.checkers = checkers;
    }

    /** @return whether peers are to be told another {@link #print} */
    boolean among(OptionalInt other) {
        checkers = other;
        return printed();
    }

    /** All that this node checks, or would if nobody else did, and how. The same. */
    boolean of(Map<ProxyTarget, HealthCheck> all) {
        checks = Map.copyOf(all);
        return printed();
    }

    private boolean printed() {
        long before = print;
        long all = checks.entrySet().stream()
                .mapToLong(entry -> print(entry.getKey(), entry.getValue()))
                .reduce(0, (one, other) -> one ^ other);
        long young = (all ^ checks.size()) * 31 + checkers.orElse(0);
        print = checkers.isEmpty() || checks.isEmpty() ? NOT_SHARED : young == NOT_SHARED ? 1 : young;
        return print != before;
    }

    /** Made of text: what a record or an enum is hashed to is each process's own. */
    private static long print(ProxyTarget target, HealthCheck check) {
        List<Object> all = List.of(
                target.proxy(),
                target.endpoint(),
                check.type(),
                check.path(),
                check.interval(),
                check.timeout(),
                check.healthyThreshold(),
                check.unhealthyThreshold(),
                check.expectedCodes().stream().sorted().toList(),
                check.host(),
                check.port(),
                check.verifyTls());
        byte[] text = all.stream()
                .map(Object::toString)
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
        return Buckets.print(text, text.length);
    }

    /** What those have alike who divide their checks among them. */
    long print() {
        return print;
    }

    boolean isShared() {
        return print != NOT_SHARED;
    }

    /** @return whether it is another word than before */
    boolean says(NodeId peer, long other) {
        return !Long.valueOf(other).equals(peers.put(peer, other));
    }

    /** It has died, or is to say anew what it checks. */
    void forget(NodeId peer) {
        peers.remove(peer);
    }

    /** @return whether {@link #elsewhere} is another one now */
    boolean divide() {
        Map<ProxyTarget, Set<NodeId>> before = elsewhere;
        Set<NodeId> nodes = nodes();
        Map<ProxyTarget, Set<NodeId>> others = new HashMap<>();
        if (nodes.size() > checkers.orElse(Integer.MAX_VALUE)) {
            for (ProxyTarget target : checks.keySet()) {
                Set<NodeId> chosen = CheckShare.checkers(target, nodes, checkers.getAsInt());
                if (!chosen.contains(self)) {
                    others.put(target, chosen);
                }
            }
        }
        elsewhere = Map.copyOf(others);
        return !elsewhere.equals(before);
    }

    /** Those that divide among them, this one included. */
    private Set<NodeId> nodes() {
        Set<NodeId> nodes = new TreeSet<>();
        nodes.add(self);
        peers.forEach((peer, other) -> {
            if (isShared() && other == print) {
                nodes.add(peer);
            }
        });
        return nodes;
    }

    /** Targets that others check instead of this node, and who. */
    Map<ProxyTarget, Set<NodeId>> elsewhere() {
        return elsewhere;
    }

    /** Whether a living peer checks a target, as far as is known: of one that does not divide, nothing else is. */
    boolean mayCheck(NodeId peer, ProxyTarget target) {
        Set<NodeId> nodes = nodes();
        return !checks.containsKey(target)
                || !nodes.contains(peer)
                || nodes.size() <= checkers.orElse(Integer.MAX_VALUE)
                || CheckShare.checkers(target, nodes, checkers.getAsInt()).contains(peer);
    }
}
