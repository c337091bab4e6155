package io.weir.engine;

import io.weir.model.Proxy;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the data path should hold, and how that came about. What was worked out for the parts of the configuration that are
 * still the same objects is not worked out again: a change costs what it changes, not what there is.
 *
 * @param basis the state it was derived from
 * @param parts of each proxy, in the order of the config
 * @param replies through which interfaces the targets' replies come
 */
record Derivation(Image image, Ids ids, State basis, List<ProxyPart> parts, ReplyPaths replies) {

    /** From what was read back: the starting point after a start. */
    static Derivation recovered(Image image, long now) {
        return new Derivation(image, Ids.recovered(image, now), State.UNKNOWN, List.of(), ReplyPaths.UNKNOWN);
    }

    boolean isRecovered() {
        return basis == State.UNKNOWN;
    }

    /** What was seen since it was derived. */
    Difference since(State state) {
        return Difference.between(basis, state);
    }

    /** Whether the data path holds just what this derivation asked for, so that its ids tell all that is in use there. */
    boolean isInstalled(Image installed) {
        return !isRecovered()
                && installed.targets() == image.targets()
                && installed.groups() == image.groups()
                && installed.services() == image.services()
                && installed.routes() == image.routes();
    }

    /** The parts a difference does not touch, by the identity of their proxy. */
    Map<Proxy, ProxyPart> partsThatHold(Difference difference) {
        Map<Proxy, ProxyPart> holding = new IdentityHashMap<>(parts.size());
        Predicate<Proxy> touched = difference.touched();
        parts.stream().filter(part -> !touched.test(part.proxy())).forEach(part -> holding.put(part.proxy(), part));
        return holding;
    }
}
