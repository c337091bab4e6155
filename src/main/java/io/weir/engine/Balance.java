package io.weir.engine;

import io.weir.model.ControlPlane.Algorithm;
import io.weir.model.ControlPlane.LoadBalancing;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.model.SourceRoute;
import io.weir.model.Target;
import io.weir.policy.LeastConnections;
import io.weir.policy.LeastConnections.Load;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Least connections for the groups of a configuration. A group with session persistence keeps its configured weights: a
 * share that follows the counts would move its clients to other targets every second.
 */
final class Balance {

    private final Optional<LeastConnections> shares;
    private final boolean weighted;

    private Balance(Optional<LeastConnections> shares, boolean weighted) {
        this.shares = shares;
        this.weighted = weighted;
    }

    /** What it makes of one group's weights. */
    static Balance ofGroup(GroupName name, State state) {
        LoadBalancing balancing = balancing(state);
        return new Balance(
                balancing.algorithm() == Algorithm.LEAST_CONNECTIONS
                        ? Optional.ofNullable(state.conditions().balances().get(name))
                        : Optional.empty(),
                balancing.weighted());
    }

    /** What a target's weight is multiplied by. */
    double factor(Endpoint target, double weight) {
        return shares.isEmpty() ? 1 : shares.get().factor(target, weight, weighted);
    }

    /** What the last count makes of each group; none without the algorithm. */
    static Map<GroupName, LeastConnections> of(State state, Conditions conditions) {
        Desired desired = state.desired().orElseThrow();
        Map<GroupName, LeastConnections> balances = new HashMap<>();
        for (Proxy proxy : desired.proxies()) {
            if (!proxy.sessionPersistence()) {
                put(balances, new GroupName(proxy.name(), Optional.empty()), proxy.defaultGroup(), state, conditions);
            }
            for (SourceRoute route : proxy.sourceRoutes()) {
                if (!route.sessionPersistence()) {
                    GroupName name = new GroupName(proxy.name(), Optional.of(route.source()));
                    put(balances, name, route.group(), state, conditions);
                }
            }
        }
        return balances;
    }

    private static void put(
            Map<GroupName, LeastConnections> balances,
            GroupName name,
            Group group,
            State state,
            Conditions conditions) {
        Map<Endpoint, Load> loads = new HashMap<>();
        for (Target target : group.targets()) {
            List<Endpoint> places = Placement.endpoints(target, state.observed());
            for (Endpoint place : places) {
                Standing standing =
                        state.standings().getOrDefault(new ProxyTarget(name.proxy(), place), Standing.SOUND);
                Tally tally = conditions.tallies().get(place);
                if (standing.exclusions().isEmpty() && tally != null) {
                    double weight = (double) target.weight() / places.size();
                    loads.put(place, new Load(weight, Math.max(0, tally.active())));
                }
            }
        }
        if (loads.size() > 1) {
            LeastConnections before = state.conditions().balances().getOrDefault(name, LeastConnections.START);
            balances.put(name, before.after(loads, balancing(state).weighted()));
        }
    }

    private static LoadBalancing balancing(State state) {
        return state.desired().orElseThrow().settings().control().loadBalancing();
    }
}
