package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.model.NodeId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntToLongFunction;

/**
 * The numbers by which shadows name their owners: from 1 on, 0 being none. Each stands in a map with the owner's name before the
 * first shadow has it, so that the next process knows whose they are, wherever this one is killed. For one thread.
 */
final class ShadowOwners {

    private final Map<NodeId, Integer> numbers = new HashMap<>();
    private final BpfMap map;
    private final IntToLongFunction held;

    /** @param held how many shadows a number has */
    ShadowOwners(BpfMap map, IntToLongFunction held) {
        this.map = map;
        this.held = held;
        for (int number = 1; number < ShadowAbi.SHADOW_OWNERS; number++) {
            if (held.applyAsLong(number) > 0) {
                int found = number;
                name(number).ifPresent(owner -> numbers.put(owner, found));
            }
        }
    }

    /** Peers that have shadows. */
    Set<NodeId> all() {
        Set<NodeId> all = new TreeSet<>();
        numbers.forEach((owner, number) -> {
            if (held.applyAsLong(number) > 0) {
                all.add(owner);
            }
        });
        return all;
    }

    /** Numbers that shadows have and that are nobody's. */
    Set<Integer> nameless() {
        Set<Integer> nameless = new HashSet<>();
        for (int number = 1; number < ShadowAbi.SHADOW_OWNERS; number++) {
            if (held.applyAsLong(number) > 0 && !numbers.containsValue(number)) {
                nameless.add(number);
            }
        }
        return nameless;
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
        free.ifPresent(number -> {
            write(number, owner, 0);
            numbers.put(owner, number);
        });
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

    /** See {@link io.weir.flow.Shadows#table}. */
    OptionalLong table(NodeId owner) {
        OptionalInt number = known(owner);
        if (number.isEmpty()) {
            return OptionalLong.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            long table = ShadowAbi.ShadowOwner.TABLE.get(read(number.getAsInt(), arena));
            return table == 0 ? OptionalLong.empty() : OptionalLong.of(table);
        }
    }

    /** Nothing is noted when there is no number for this owner: then it has no shadows. */
    void noteTable(NodeId owner, long table) {
        number(owner).ifPresent(number -> write(number, owner, table));
    }

    private Optional<NodeId> name(int number) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entry = read(number, arena);
            byte[] name = new byte[ShadowAbi.ShadowOwner.NAME.size()];
            MemorySegment.copy(entry, ValueLayout.JAVA_BYTE, ShadowAbi.ShadowOwner.NAME.offset(), name, 0, name.length);
            String text = new String(name, StandardCharsets.US_ASCII).replace("\0", "");
            return text.isEmpty() ? Optional.empty() : Optional.of(new NodeId(text));
        } catch (IllegalArgumentException unnamed) {
            return Optional.empty();
        }
    }

    private MemorySegment read(int number, Arena arena) {
        MemorySegment entry = ShadowAbi.ShadowOwner.LAYOUT.allocate(arena);
        map.lookup(key(number, arena), entry);
        return entry;
    }

    private void write(int number, NodeId owner, long table) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entry = ShadowAbi.ShadowOwner.LAYOUT.allocate(arena);
            ShadowAbi.ShadowOwner.TABLE.set(entry, table);
            byte[] name = owner.name().getBytes(StandardCharsets.US_ASCII);
            MemorySegment.copy(name, 0, entry, ValueLayout.JAVA_BYTE, ShadowAbi.ShadowOwner.NAME.offset(), name.length);
            map.update(key(number, arena), entry);
        }
    }

    private static MemorySegment key(int number, Arena arena) {
        return arena.allocateFrom(ValueLayout.JAVA_INT, number);
    }
}
