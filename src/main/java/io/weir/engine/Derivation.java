package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.model.Group;
import io.weir.model.Proxy;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What the data path should hold, and how that came about. What was worked out for the parts of the configuration that are
 * still the same objects is not worked out again: a change costs what it changes, not what there is.
 *
 * @param basis the state it was derived from
 * @param plans each group of the config, by identity, with weights and reasons
 * @param kinds the tables of each plan, by identity
 * @param claims the target indices of each plan, by identity
 */
record Derivation(
        Image image,
        Ids ids,
        State basis,
        Map<Group, GroupPlan> plans,
        Map<GroupPlan, GroupKind> kinds,
        Map<GroupPlan, int[]> claims) {

    /** From what was read back: the starting point after a start. */
    static Derivation recovered(Image image, long now) {
        return new Derivation(
                image,
                Ids.recovered(image, now),
                State.UNKNOWN,
                new IdentityHashMap<>(),
                new IdentityHashMap<>(),
                new IdentityHashMap<>());
    }

    /** Whether plans still hold: they rest on interfaces and names, which are replaced as a whole when they change. */
    boolean plansHold(State state) {
        boolean sameLinks = basis.links()
                .flatMap(before -> state.links().map(links -> links == before))
                .orElse(false);
        return sameLinks && basis.names() == state.names();
    }

    /** The proxies it was derived from, by identity. */
    Map<Proxy, Boolean> knownProxies() {
        Map<Proxy, Boolean> known = new IdentityHashMap<>();
        basis.desired().ifPresent(desired -> desired.proxies().forEach(proxy -> known.put(proxy, true)));
        return known;
    }
}
