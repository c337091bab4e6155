package io.weir.engine;

import io.weir.engine.Ids.TargetId;
import io.weir.engine.Snapshot.HookStatus;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.engine.Snapshot.Purpose;
import io.weir.engine.Snapshot.RouteStatus;
import io.weir.engine.Snapshot.TargetStatus;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes the snapshot that others see of the state. */
final class Publication {

    private Publication() {}

    /** What the hooks came to. */
    record HookOutcome(Map<String, Dataplane.Attachment> attached, Map<String, String> failures) {}

    /** The parts of a snapshot that follow from the derivation; the engine adds its own. */
    static Snapshot of(State state, Derivation derivation, HookOutcome outcome, Snapshot last) {
        Desired desired = state.desired().orElseThrow();
        Map<Group, List<TargetStatus>> groups = new IdentityHashMap<>();
        derivation.plans().forEach((group, plan) -> groups.put(group, targets(plan, derivation.ids())));
        List<ProxyStatus> proxies = new ArrayList<>();
        for (Proxy proxy : desired.proxies()) {
            proxies.add(new ProxyStatus(
                    proxy,
                    derivation.ids().proxies().getOrDefault(proxy.name(), 0),
                    groups.getOrDefault(proxy.defaultGroup(), List.of()),
                    proxy.sourceRoutes().stream()
                            .map(route -> new RouteStatus(
                                    route,
                                    Rules.prefixes(route.source(), state.names()),
                                    groups.getOrDefault(route.group(), List.of())))
                            .toList()));
        }
        Map<Integer, Endpoint> targets = new HashMap<>();
        derivation.ids().targets().forEach((endpoint, id) -> targets.put(id.index(), endpoint));
        Map<Integer, String> names = new HashMap<>();
        derivation.ids().proxies().forEach((name, number) -> names.put(number, name));
        return new Snapshot(
                last.generation(),
                last.synchronised(),
                Optional.of(desired.settings()),
                List.copyOf(proxies),
                hooks(state, derivation, outcome),
                Map.copyOf(targets),
                Map.copyOf(names),
                last.lastError(),
                last.errors());
    }

    private static List<TargetStatus> targets(GroupPlan plan, Ids ids) {
        return plan.targets().stream()
                .map(target -> new TargetStatus(
                        target.target(),
                        target.endpoint(),
                        target.endpoint()
                                .map(endpoint -> ids.targets().get(endpoint))
                                .map(TargetId::index)
                                .orElse(0),
                        target.effective().weight(),
                        target.effective().reason()))
                .toList();
    }

    private static List<HookStatus> hooks(State state, Derivation derivation, HookOutcome outcome) {
        Map<String, Set<Purpose>> purposes =
                Hooks.purposes(state, derivation.ids().targets().keySet());
        derivation.image().hooks().keySet().forEach(name -> purposes.putIfAbsent(name, Set.of()));
        List<HookStatus> hooks = new ArrayList<>();
        purposes.forEach((name, why) -> hooks.add(hook(name, why, state, outcome)));
        return List.copyOf(hooks);
    }

    private static HookStatus hook(String name, Set<Purpose> purposes, State state, HookOutcome outcome) {
        int index = state.links()
                .flatMap(links -> Optional.ofNullable(links.get(name)))
                .map(Event.Link::index)
                .orElse(0);
        if (index == 0) {
            return new HookStatus(name, purposes, 0, Optional.empty(), "there is no interface of this name");
        }
        if (Boolean.FALSE.equals(state.overrides().get(name))) {
            return new HookStatus(name, purposes, index, Optional.empty(), "detached by the operator");
        }
        String failure = outcome.failures().get(name);
        if (failure != null) {
            return new HookStatus(name, purposes, index, Optional.empty(), failure);
        }
        Dataplane.Attachment attachment = outcome.attached().get(name);
        return attachment == null
                ? new HookStatus(name, purposes, index, Optional.empty(), "not attached yet")
                : new HookStatus(name, purposes, index, Optional.of(attachment.mode()), attachment.why());
    }
}
