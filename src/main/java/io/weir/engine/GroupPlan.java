package io.weir.engine;

import io.weir.engine.Ids.Member;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress.Family;
import io.weir.model.ProxyTarget;
import io.weir.model.Target;
import io.weir.policy.Candidate;
import io.weir.policy.Exclusion;
import io.weir.policy.TableSize;
import io.weir.policy.Weights;
import io.weir.policy.Weights.Effective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A group of the config with what was observed applied to it: who serves, with which weight, and which tables that needs.
 *
 * @param targets in the order of the config; of a host name one for each address
 */
record GroupPlan(List<PlannedTarget> targets, TableDemand v4, TableDemand v6) {

    /**
     * One address of a target.
     *
     * @param endpoint empty while a host name has no address
     */
    record PlannedTarget(Target target, Optional<Endpoint> endpoint, Effective effective) {

        /** Only where there is one. */
        private Endpoint place() {
            return endpoint.orElseThrow();
        }
    }

    /**
     * @param members sorted by endpoint, none with weight zero; none at all: no table
     * @param sizes what the table may have, best first
     */
    record TableDemand(List<Member> members, List<Integer> sizes) {}

    TableDemand demand(Family family) {
        return family == Family.V4 ? v4 : v6;
    }

    /** @param name the group's, whose proxy's view of its targets counts */
    static GroupPlan of(GroupName name, Group group, State state) {
        List<Candidate> candidates = new ArrayList<>();
        List<Optional<Endpoint>> endpoints = new ArrayList<>();
        List<Target> targets = new ArrayList<>();
        Balance balance = Balance.ofGroup(name, state);
        for (Target target : group.targets()) {
            List<Endpoint> places = Placement.endpoints(target, state.observed());
            if (places.isEmpty()) {
                targets.add(target);
                endpoints.add(Optional.empty());
                candidates.add(Candidate.of(target.weight()).excluded(Exclusion.UNRESOLVED));
            }
            for (Endpoint endpoint : places) {
                targets.add(target);
                endpoints.add(Optional.of(endpoint));
                Candidate configured = Candidate.of(target.weight()).sharedAmong(places.size());
                candidates.add(candidate(name.proxy(), configured, endpoint, state, balance));
            }
        }
        Effective[] effective = effective(candidates, endpoints);
        List<PlannedTarget> planned = new ArrayList<>();
        for (int i = 0; i < effective.length; i++) {
            planned.add(new PlannedTarget(targets.get(i), endpoints.get(i), effective[i]));
        }
        return new GroupPlan(List.copyOf(planned), demand(planned, Family.V4), demand(planned, Family.V6));
    }

    /** Clients of a family are shared out among its targets alone; who has no address yet may turn out to be of either. */
    private static Effective[] effective(List<Candidate> candidates, List<Optional<Endpoint>> endpoints) {
        Effective[] effective = new Effective[candidates.size()];
        for (Family family : Family.values()) {
            int[] members = IntStream.range(0, effective.length)
                    .filter(i -> endpoints
                            .get(i)
                            .map(endpoint -> endpoint.address().family() == family)
                            .orElse(true))
                    .toArray();
            List<Effective> shares = Weights.effective(
                    Arrays.stream(members).mapToObj(candidates::get).toList());
            for (int i = 0; i < members.length; i++) {
                if (effective[members[i]] == null || isLast(effective[members[i]])) {
                    effective[members[i]] = shares.get(i);
                }
            }
        }
        return effective;
    }

    private static boolean isLast(Effective effective) {
        return effective.reason() instanceof Weights.Reason.Excluded excluded && excluded.isLast();
    }

    private static Candidate candidate(
            String proxy, Candidate candidate, Endpoint endpoint, State state, Balance balance) {
        Standing standing = state.standings().isEmpty()
                ? Standing.SOUND
                : state.standings().getOrDefault(new ProxyTarget(proxy, endpoint), Standing.SOUND);
        Candidate result = standing.applied(candidate).leastConnections(balance.factor(endpoint, candidate.weight()));
        return isReachable(endpoint, state) ? result : result.excluded(Exclusion.NO_INTERFACE);
    }

    /** Whether an endpoint can be written down at all: a link-local one needs its interface's index. */
    static boolean isReachable(Endpoint endpoint, State state) {
        return endpoint.zone()
                .map(zone -> state.links().map(links -> links.containsKey(zone)).orElse(false))
                .orElse(true);
    }

    /** An endpoint that stands in the group twice has the sum of its weights. */
    private static TableDemand demand(List<PlannedTarget> targets, Family family) {
        List<PlannedTarget> sorted = new ArrayList<>();
        for (PlannedTarget target : targets) {
            if (target.endpoint().isPresent() && target.place().address().family() == family) {
                sorted.add(target);
            }
        }
        sorted.sort(Comparator.comparing(PlannedTarget::place)); // as they often are: then it is looked at once
        int[] configured = new int[sorted.size()];
        List<Member> members = new ArrayList<>();
        int different = 0;
        for (int i = 0; i < sorted.size(); different++) {
            Endpoint place = sorted.get(i).place();
            int effective = 0;
            for (; i < sorted.size() && sorted.get(i).place().equals(place); i++) {
                configured[different] += sorted.get(i).target().weight();
                effective += sorted.get(i).effective().parts();
            }
            if (effective > 0) {
                members.add(new Member(place, effective));
            }
        }
        return new TableDemand(
                List.copyOf(members),
                members.isEmpty() ? List.of() : TableSize.choices(Arrays.copyOf(configured, different)));
    }
}
