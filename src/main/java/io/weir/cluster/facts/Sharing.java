package io.weir.cluster.facts;

import io.weir.model.Cluster.Sync;
import io.weir.policy.SharedFact.Kind;
import java.util.EnumSet;
import java.util.Set;

/** Of which kinds this node tells facts and takes them for true. */
final class Sharing {

    private Set<Kind> kinds;

    /**
     * What has become otherwise.
     *
     * @param young kinds that are shared and were not
     * @param gone kinds that were shared and are not
     */
    record Change(Set<Kind> young, Set<Kind> gone) {

        boolean isNone() {
            return young.isEmpty() && gone.isEmpty();
        }
    }

    Sharing(Sync sync) {
        this.kinds = kinds(sync);
    }

    private static Set<Kind> kinds(Sync sync) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        if (sync.health()) {
            kinds.add(Kind.HEALTH);
        }
        if (sync.circuitBreaker()) {
            kinds.add(Kind.CIRCUIT);
        }
        if (sync.drain()) {
            kinds.add(Kind.DRAIN);
        }
        return kinds;
    }

    Change become(Sync sync) {
        Set<Kind> before = kinds;
        kinds = kinds(sync);
        return new Change(without(kinds, before), without(before, kinds));
    }

    private static Set<Kind> without(Set<Kind> kinds, Set<Kind> others) {
        Set<Kind> rest = EnumSet.noneOf(Kind.class);
        rest.addAll(kinds);
        rest.removeAll(others);
        return rest;
    }

    boolean contains(Kind kind) {
        return kinds.contains(kind);
    }

    Set<Kind> kinds() {
        return Set.copyOf(kinds);
    }
}
