package io.weir.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.Interfaces;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The maps {@code targets} and {@code target_indices}, which are each other's reverse. */
final class TargetTable {

    private final BpfMap targets;
    private final BpfMap indices;
    private final BpfMap counters;

    TargetTable(BpfMap targets, BpfMap indices, BpfMap counters) {
        this.targets = targets;
        this.indices = indices;
        this.counters = counters;
    }

    void put(int index, Endpoint endpoint) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocateFrom(JAVA_INT, index);
            MemorySegment value = TargetAbi.Target.LAYOUT.allocate(arena);
            Addresses.write(value, TargetAbi.Target.ADDRESS, endpoint.address());
            TargetAbi.Target.PORT.set(value, endpoint.port());
            TargetAbi.Target.FAMILY.set(
                    value, Addresses.number(endpoint.address().family()));
            TargetAbi.Target.INTERFACE.set(value, zone(endpoint));
            MemorySegment before = TargetAbi.Target.LAYOUT.allocate(arena);
            targets.lookup(number, before);
            if (TargetAbi.Target.FAMILY.get(before) == 0) {
                // An index that is given anew has no flows, but the counts of whom it had before.
                counters.update(number, arena.allocate(counters.valueSize(), 8));
            }
            targets.update(number, value);
            indices.update(key(endpoint, arena), number);
        }
    }

    void remove(int index, Endpoint endpoint) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = key(endpoint, arena);
            MemorySegment pointed = arena.allocate(JAVA_INT);
            if (indices.lookup(key, pointed) && pointed.get(JAVA_INT, 0) == index) {
                indices.delete(key);
            }
            targets.update(arena.allocateFrom(JAVA_INT, index), TargetAbi.Target.LAYOUT.allocate(arena));
        }
    }

    /** Empty for an index that no target has. */
    Optional<Endpoint> at(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = TargetAbi.Target.LAYOUT.allocate(arena);
            targets.lookup(arena.allocateFrom(JAVA_INT, index), value);
            return endpoint(value);
        }
    }

    /** Index to endpoint. */
    Map<Integer, Endpoint> read() {
        Map<Integer, Endpoint> found = new HashMap<>();
        targets.forEach((key, value) ->
                endpoint(value).ifPresent(endpoint -> found.put(key.get(JAVA_INT, 0), endpoint)));
        return found;
    }

    /** Empty for a place without a target. */
    private static Optional<Endpoint> endpoint(MemorySegment value) {
        int family = TargetAbi.Target.FAMILY.getInt(value);
        if (family == 0) {
            return Optional.empty();
        }
        IpAddress address = Addresses.read(value, TargetAbi.Target.ADDRESS, Addresses.family(family));
        int zone = TargetAbi.Target.INTERFACE.getInt(value);
        return Optional.of(new Endpoint(
                address,
                zone == 0 ? Optional.empty() : Optional.of(Interfaces.name(zone).orElse("if" + zone)),
                TargetAbi.Target.PORT.getInt(value)));
    }

    private static int zone(Endpoint endpoint) {
        return endpoint.zone()
                .map(name -> Interfaces.index(name)
                        .orElseThrow(() -> new DataplaneException(
                                "target " + endpoint + " is on an interface that does not exist", 0)))
                .orElse(0);
    }

    private static MemorySegment key(Endpoint endpoint, Arena arena) {
        MemorySegment key = TargetAbi.TargetKey.LAYOUT.allocate(arena);
        Addresses.write(key, TargetAbi.TargetKey.ADDRESS, endpoint.address());
        TargetAbi.TargetKey.PORT.set(key, endpoint.port());
        TargetAbi.TargetKey.FAMILY.set(key, Addresses.number(endpoint.address().family()));
        return key;
    }
}
