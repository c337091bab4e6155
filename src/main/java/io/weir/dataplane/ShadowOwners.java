package io.weir.dataplane;

import io.weir.model.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntToLongFunction;

/** The numbers by which shadows name their owners: from 1 on, 0 being none. For one thread. */
final class ShadowOwners {

    private final Map<NodeId, Integer> numbers = new HashMap<>();
    private final IntToLongFunction held;

    /** @param held how many shadows a number has */
    ShadowOwners(IntToLongFunction held) {
        this.held = held;
    }

    /** The number of a peer that has one. */
    OptionalInt known(NodeId owner) {
        Integer number = numbers.get(owner);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** The number of a peer, a new one if it has none; empty if all are taken by peers that have shadows. */
    OptionalInt number(NodeId owner) {
        OptionalInt known = known(owner);
        if (known.isPresent()) {
            return known;
        }
        OptionalInt free = free();
        if (free.isEmpty()) {
            numbers.values().removeIf(number -> held.applyAsLong(number) == 0);
            free = free();
        }
        free.ifPresent(number -> numbers.put(owner, number));
        return free;
    }

    private OptionalInt free() {
        HashSet<Integer> taken = new HashSet<>(numbers.values());
        for (int number = 1; number < ShadowAbi.SHADOW_OWNERS; number++) {
            if (!taken.contains(number) && held.applyAsLong(number) == 0) {
                return OptionalInt.of(number);
            }
        }
        return OptionalInt.empty();
    }
}
