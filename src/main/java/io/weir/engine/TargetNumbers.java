package io.weir.engine;

import io.weir.engine.Ids.TargetId;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.Endpoint;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Gives targets their indices and takes them back. One derivation's working copy. */
final class TargetNumbers {

    /** Entries of the target map (maps.h). */
    static final int CAPACITY = 16_384;

    private final Map<Endpoint, TargetId> targets;
    private final BitSet claimed = new BitSet();
    private final BitSet taken = new BitSet();

    TargetNumbers(Ids ids, Evidence evidence) {
        targets = new HashMap<>(ids.targets());
        targets.values().forEach(target -> taken.set(target.index()));
        evidence.installed().targets().keySet().forEach(taken::set);
    }

    /**
     * @param portBits of the protocols it serves
     * @return its index
     */
    int claim(Endpoint endpoint, int portBits) {
        TargetId before = targets.get(endpoint);
        int index = before == null ? free(endpoint) : before.index();
        int bits = before == null ? portBits : portBits | before.portBits();
        claimed.set(index);
        if (before == null || before.idleSince() != Ids.IN_USE || before.portBits() != bits) {
            targets.put(endpoint, new TargetId(index, bits, Ids.IN_USE));
        }
        return index;
    }

    /** Those that were claimed before, for the same, are claimed again. */
    void keep(int[] indices) {
        for (int index : indices) {
            claimed.set(index);
        }
    }

    private int free(Endpoint endpoint) {
        int index = taken.nextClearBit(Ids.FIRST);
        if (index >= CAPACITY) {
            throw new RefusedException(
                    Reason.NO_ROOM,
                    "no room for target " + endpoint + ": " + (CAPACITY - 1)
                            + " are in use, or were until their last connections end");
        }
        taken.set(index);
        return index;
    }

    boolean isKnown(Endpoint endpoint) {
        return targets.containsKey(endpoint);
    }

    int index(Endpoint endpoint) {
        TargetId target = targets.get(endpoint);
        if (target == null) {
            throw new IllegalStateException("target " + endpoint + " has no index");
        }
        return target.index();
    }

    /** Lets go of those that nobody claimed, once their time is over and no flow is left on them. */
    Map<Endpoint, TargetId> settled(Set<Integer> idle, long lasting, long now) {
        targets.entrySet()
                .removeIf(entry -> !claimed.get(entry.getValue().index())
                        && Quarantine.isOver(entry.getValue().idleSince(), lasting, now)
                        && idle.contains(entry.getValue().index()));
        targets.replaceAll((endpoint, target) -> claimed.get(target.index()) || target.idleSince() != Ids.IN_USE
                ? target
                : new TargetId(target.index(), target.portBits(), now));
        return targets;
    }
}
