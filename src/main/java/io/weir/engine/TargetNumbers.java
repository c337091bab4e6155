package io.weir.engine;

import io.weir.engine.Ids.PortUse;
import io.weir.engine.Ids.TargetId;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.Endpoint;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** Gives targets their indices and takes them back. One derivation's working copy. */
final class TargetNumbers {

    /** Entries of the target map (maps.h). */
    static final int CAPACITY = 16_384;

    private final SharedMap.Edit<Endpoint, TargetId> targets;
    private final SharedMap.Edit<Integer, Endpoint> endpoints;
    private final SharedMap.Edit<Integer, PortUse> ports;
    private final Counts uses;
    private final BitSet taken;
    private final BitSet strays = new BitSet();
    private final Set<Integer> released = new LinkedHashSet<>();
    private final Set<Integer> changed = new LinkedHashSet<>();
    private final Set<Integer> changedPorts = new LinkedHashSet<>();

    /** @param strays indices that are in the maps, whatever the ids say */
    TargetNumbers(Ids.Targets before, Set<Integer> strays) {
        targets = before.ids().edit();
        endpoints = before.endpoints().edit();
        ports = before.ports().edit();
        uses = before.uses().copy();
        taken = (BitSet) before.taken().clone();
        strays.forEach(this.strays::set);
    }

    /**
     * @param portBits of the protocols it serves
     * @return its index
     */
    int claim(Endpoint endpoint, int portBits) {
        TargetId before = targets.get(endpoint);
        int index = before == null ? free(endpoint) : before.index();
        int bits = before == null ? portBits : portBits | before.portBits();
        uses.add(index, 1);
        targets.put(endpoint, new TargetId(index, bits, Ids.IN_USE));
        count(endpoint.port(), before == null ? 0 : before.portBits(), bits);
        if (before == null) {
            endpoints.put(index, endpoint);
            changed.add(index);
        }
        return index;
    }

    /** What was claimed is wanted once less. */
    void release(int[] indices) {
        for (int index : indices) {
            if (uses.add(index, -1) == 0) {
                released.add(index);
            }
        }
    }

    private int free(Endpoint endpoint) {
        int index = taken.nextClearBit(Ids.FIRST);
        while (strays.get(index)) {
            index = taken.nextClearBit(index + 1);
        }
        if (index >= CAPACITY) {
            throw new RefusedException(
                    Reason.NO_ROOM,
                    "no room for target " + endpoint + ": " + (CAPACITY - 1)
                            + " are in use, or were until their last connections end");
        }
        taken.set(index);
        return index;
    }

    private void count(int port, int before, int after) {
        if (before != after) {
            PortUse use = ports.get(port);
            ports.put(port, (use == null ? PortUse.NONE : use).plus(before, -1).plus(after, 1));
            changedPorts.add(port);
        }
    }

    boolean isKnown(Endpoint endpoint) {
        return targets.get(endpoint) != null;
    }

    int index(Endpoint endpoint) {
        TargetId target = targets.get(endpoint);
        if (target == null) {
            throw new IllegalStateException("target " + endpoint + " has no index");
        }
        return target.index();
    }

    /** Lets go of those that nobody claims, once their time is over and no flow is left on them. */
    Set<Integer> settle(Set<Integer> idle, long lasting, long now) {
        for (int index : released) {
            Endpoint endpoint = endpoints.get(index);
            TargetId target = endpoint == null ? null : targets.get(endpoint);
            if (endpoint != null && target != null && uses.of(index) == 0) {
                targets.put(endpoint, new TargetId(index, target.portBits(), now));
            }
        }
        Set<Integer> gone = new HashSet<>();
        for (int index : idle) {
            Endpoint endpoint = endpoints.get(index);
            TargetId target = endpoint == null ? null : targets.get(endpoint);
            if (endpoint != null && target != null && Quarantine.isOver(target.idleSince(), lasting, now)) {
                targets.remove(endpoint);
                endpoints.remove(index);
                count(endpoint.port(), target.portBits(), 0);
                taken.clear(index);
                changed.add(index);
                gone.add(index);
            }
        }
        return gone;
    }

    /** Indices that lead somewhere else than before. */
    Set<Integer> changed() {
        return changed;
    }

    /** Target ports that are used differently than before. */
    Set<Integer> changedPorts() {
        return changedPorts;
    }

    Ids.Targets done() {
        return new Ids.Targets(targets.done(), endpoints.done(), ports.done(), uses, taken);
    }
}
