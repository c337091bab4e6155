package io.weir.engine;

import io.weir.engine.Snapshot.HookStatus;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.engine.Snapshot.Purpose;
import io.weir.engine.Snapshot.RouteStatus;
import io.weir.engine.Snapshot.TargetStatus;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Proxy;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Makes the snapshot that others see of the state. */
final class Publication {

    private Publication() {}

    /** What the hooks came to. */
    record HookOutcome(Map<String, Dataplane.Attachment> attached, Map<String, String> failures) {}

    /** The parts of a snapshot that follow from the derivation; the engine adds its own. */
    static Snapshot of(State state, Derivation derivation, HookOutcome outcome, Snapshot last) {
        Desired desired = state.desired().orElseThrow();
        Map<Integer, String> names = new HashMap<>();
        derivation.parts().forEach(part -> names.put(part.number(), part.proxy().name()));
        return new Snapshot(
                last.generation(),
                last.synchronised(),
                Optional.of(desired.settings()),
                derivation.parts().stream().map(ProxyPart::status).toList(),
                hooks(state, derivation, outcome),
                derivation.ids().targets().endpoints(),
                Collections.unmodifiableMap(names),
                state.conditions(),
                last.lastError(),
                last.errors(),
                last.refusals());
    }

    static ProxyStatus proxy(Proxy proxy, int number, GroupPart fallback, List<RoutePart> routes) {
        return new ProxyStatus(proxy, number, fallback.status(), new RouteStatuses(routes));
    }

    /** Of immutable parts, without a copy: there may be ten thousand, of which one has changed. */
    private static final class RouteStatuses extends AbstractList<RouteStatus> implements RandomAccess {

        private final List<RoutePart> parts;

        RouteStatuses(List<RoutePart> parts) {
            this.parts = parts;
        }

        @Override
        public RouteStatus get(int index) {
            return parts.get(index).status();
        }

        @Override
        public int size() {
            return parts.size();
        }
    }

    /** @param index of a target, 0 while it has none */
    static List<TargetStatus> targets(GroupPlan plan, ToIntFunction<Endpoint> index) {
        return plan.targets().stream()
                .map(target -> new TargetStatus(
                        target.target(),
                        target.endpoint(),
                        target.endpoint().map(index::applyAsInt).orElse(0),
                        target.effective().weight(),
                        target.effective().reason()))
                .toList();
    }

    private static List<HookStatus> hooks(State state, Derivation derivation, HookOutcome outcome) {
        Map<String, Set<Purpose>> purposes = Hooks.purposes(state, derivation.replies());
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
