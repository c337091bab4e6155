package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Image.GroupKey;
import io.weir.engine.Image.Slice;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.IpAddress.Family;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives groups their numbers. Equal groups are one. A group whose content changes keeps its number, so that one store
 * switches all who use it, but only when all of them switch to the same content: otherwise somebody would for a moment be
 * sent to the targets of another. One derivation's working copy.
 */
final class GroupNumbers {

    /** Groups of the group map (maps.h), which has two entries for each. */
    static final int CAPACITY = 32_768;

    private final SharedMap.Edit<GroupKind, Integer> numbers;
    private final Counts uses;
    private final Map<Integer, Long> freed = new HashMap<>();
    private final BitSet taken;
    private final Set<Integer> strays;
    private final TableNumbers tables;
    private final long now;

    /** New groups in the order of the config, so that numbers are repeatable, and by how many they are wanted. */
    private final Map<GroupKind, Integer> fresh = new LinkedHashMap<>();

    private final Set<GroupKind> loose = new LinkedHashSet<>();
    private final Map<Integer, Set<Optional<GroupKind>>> switches = new TreeMap<>();

    /**
     * @param strays numbers that are in the maps, whatever the ids say
     * @param unclaimed groups that are numbered and that nobody has asked for yet
     */
    GroupNumbers(Ids.Groups before, Set<Integer> strays, Set<GroupKind> unclaimed, TableNumbers tables, long now) {
        this.strays = strays;
        this.tables = tables;
        this.now = now;
        numbers = before.numbers().edit();
        uses = before.uses().copy();
        taken = (BitSet) before.taken().clone();
        loose.addAll(unclaimed);
        before.freed().forEach((number, since) -> {
            if (strays.contains(number)) {
                freed.put(number, now);
            } else if (Quarantine.isOver(since, Quarantine.IN_FLIGHT_MS, now)) {
                taken.clear(number);
            } else {
                freed.put(number, since);
            }
        });
    }

    void claim(GroupKind kind) {
        Integer number = numbers.get(kind);
        int users = number == null ? fresh.merge(kind, 1, Integer::sum) : uses.add(number, 1);
        if (users == 1) {
            tables.claim(kind);
        }
    }

    /** Wanted once less; after all claims, so that what is wanted again is never given up between. */
    void release(GroupKind kind) {
        if (uses.add(of(kind), -1) == 0) {
            tables.release(kind);
            loose.add(kind);
        }
    }

    int of(GroupKind kind) {
        Integer number = numbers.get(kind);
        if (number == null) {
            throw new IllegalStateException("a group without a number: " + kind);
        }
        return number;
    }

    /** Somebody uses this number, before or still in the maps, and is to use that group now; empty: is gone. */
    void switches(int number, Optional<GroupKind> to) {
        if (uses.of(number) == 0) {
            switches.computeIfAbsent(number, key -> new HashSet<>()).add(to);
        }
    }

    /** Groups that were numbered and that nobody wants any more. */
    Set<GroupKind> gone() {
        Set<GroupKind> gone = new LinkedHashSet<>(loose);
        gone.removeIf(kind -> uses.of(of(kind)) > 0);
        return gone;
    }

    /** What numbered groups are in the group map. */
    Map<GroupKey, Slice> slices(Set<GroupKind> kinds) {
        Map<GroupKey, Slice> slices = new LinkedHashMap<>();
        for (GroupKind kind : kinds) {
            for (Family family : Family.values()) {
                if (kind.slice(family).size() > 0) {
                    slices.put(new GroupKey(of(kind), family), kind.slice(family));
                }
            }
        }
        return slices;
    }

    /** Numbers the new groups, when all is claimed, released and switched. */
    void settle() {
        for (GroupKind kind : gone()) {
            freed.put(of(kind), now);
            numbers.remove(kind);
        }
        Map<GroupKind, Integer> inherited = new HashMap<>();
        switches.forEach((number, kinds) -> {
            if (kinds.size() == 1) {
                kinds.iterator()
                        .next()
                        .filter(fresh::containsKey)
                        .ifPresent(kind -> inherited.putIfAbsent(kind, number));
            }
        });
        inherited.values().forEach(taken::set);
        fresh.forEach((kind, users) -> {
            Integer before = inherited.get(kind);
            int number = before == null ? free() : before;
            taken.set(number);
            freed.remove(number);
            numbers.put(kind, number);
            uses.add(number, users);
        });
    }

    private int free() {
        int number = taken.nextClearBit(Ids.FIRST);
        while (strays.contains(number)) {
            number = taken.nextClearBit(number + 1);
        }
        if (number >= CAPACITY) {
            throw new RefusedException(Reason.NO_ROOM, "no room for another group: " + (CAPACITY - 1) + " are in use");
        }
        return number;
    }

    Ids.Groups done() {
        return new Ids.Groups(numbers.done(), uses, Ids.frozen(freed), taken);
    }
}
