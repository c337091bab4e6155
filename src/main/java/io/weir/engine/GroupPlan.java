package io.weir.engine;

import io.weir.engine.Ids.Member;
import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress.Family;
import io.weir.model.Target;
import io.weir.policy.Candidate;
import io.weir.policy.Exclusion;
import io.weir.policy.TableSize;
import io.weir.policy.Weights;
import io.weir.policy.Weights.Effective;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A group of the config with what was observed applied to it: who serves, with which weight, and which tables that needs.
 *
 * @param targets in the order of the config
 */
record GroupPlan(List<PlannedTarget> targets, TableDemand v4, TableDemand v6) {

    /** @param endpoint empty while a host name has no address */
    record PlannedTarget(Target target, Optional<Endpoint> endpoint, Effective effective) {}

    /**
     * @param members sorted by endpoint, none with weight zero; none at all: no table
     * @param sizes what the table may have, best first
     */
    record TableDemand(List<Member> members, List<Integer> sizes) {}

    TableDemand demand(Family family) {
        return family == Family.V4 ? v4 : v6;
    }

    static GroupPlan of(Group group, State state) {
        List<Optional<Endpoint>> endpoints =
                group.targets().stream().map(target -> endpoint(target, state)).toList();
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < endpoints.size(); i++) {
            Candidate candidate = Candidate.of(group.targets().get(i).weight());
            candidates.add(
                    exclusion(endpoints.get(i), state).map(candidate::excluded).orElse(candidate));
        }
        List<Effective> effective = Weights.effective(candidates);
        List<PlannedTarget> targets = new ArrayList<>();
        for (int i = 0; i < endpoints.size(); i++) {
            targets.add(new PlannedTarget(group.targets().get(i), endpoints.get(i), effective.get(i)));
        }
        return new GroupPlan(List.copyOf(targets), demand(targets, Family.V4), demand(targets, Family.V6));
    }

    /** Whether an endpoint can be written down at all: a link-local one needs its interface's index. */
    static boolean isReachable(Endpoint endpoint, State state) {
        return endpoint.zone()
                .map(zone -> state.links().map(links -> links.containsKey(zone)).orElse(false))
                .orElse(true);
    }

    /** Of a name with several addresses the lowest, so that all nodes take the same. */
    private static Optional<Endpoint> endpoint(Target target, State state) {
        return switch (target.destination()) {
            case Destination.Fixed fixed -> Optional.of(fixed.endpoint());
            case Destination.Named named ->
                state.names().getOrDefault(named.host(), List.of()).stream()
                        .min(Comparator.naturalOrder())
                        .map(address -> new Endpoint(address, Optional.empty(), named.port()));
        };
    }

    private static Optional<Exclusion> exclusion(Optional<Endpoint> endpoint, State state) {
        if (endpoint.isEmpty()) {
            return Optional.of(Exclusion.UNRESOLVED);
        }
        return isReachable(endpoint.get(), state) ? Optional.empty() : Optional.of(Exclusion.NO_INTERFACE);
    }

    /** An endpoint that stands in the group twice has the sum of its weights. */
    private static TableDemand demand(List<PlannedTarget> targets, Family family) {
        SortedMap<Endpoint, Integer> configured = new TreeMap<>();
        SortedMap<Endpoint, Integer> effective = new TreeMap<>();
        for (PlannedTarget target : targets) {
            target.endpoint()
                    .filter(endpoint -> endpoint.address().family() == family)
                    .ifPresent(endpoint -> {
                        configured.merge(endpoint, target.target().weight(), Integer::sum);
                        effective.merge(endpoint, target.effective().parts(), Integer::sum);
                    });
        }
        List<Member> members = effective.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> new Member(entry.getKey(), entry.getValue()))
                .toList();
        int[] weights = configured.values().stream().mapToInt(Integer::intValue).toArray();
        return new TableDemand(members, members.isEmpty() ? List.of() : TableSize.choices(weights));
    }
}
