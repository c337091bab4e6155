package io.weir.engine;

import io.weir.engine.GroupPlan.TableDemand;
import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Ids.Member;
import io.weir.engine.Ids.TableKey;
import io.weir.engine.Ids.TableUse;
import io.weir.engine.Image.Slice;
import io.weir.engine.Image.Slots;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.Endpoint;
import io.weir.policy.Maglev;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Finds or makes the table of each set of targets and weights. One derivation's working copy. */
final class TableNumbers {

    private final SharedMap.Edit<TableKey, Slice> tables;
    private final SharedMap.Edit<Slots, Slice> bySlots;
    private final SharedMap.Edit<Slice, TableUse> uses;
    private final Map<Integer, Integer> sizes;
    private final Map<Slots, Slice> orphans;
    private final Map<Slice, Long> freed = new HashMap<>();
    private final Set<Slice> touched = new HashSet<>();
    private final SliceSpace space;
    private final SliceSpace search;
    private final ToIntFunction<Endpoint> indices;
    private final long now;

    /**
     * @param strays slices that groups in the maps point at, whatever the ids say
     * @param indices of targets that have been claimed
     */
    TableNumbers(Ids.Tables before, Collection<Slice> strays, long now, ToIntFunction<Endpoint> indices) {
        this.indices = indices;
        this.now = now;
        tables = before.byKey().edit();
        bySlots = before.bySlots().edit();
        uses = before.uses().edit();
        sizes = new HashMap<>(before.sizes());
        orphans = new HashMap<>(before.orphans());
        space = before.space().copy();
        Set<Slice> installed = new HashSet<>(strays);
        before.freed().forEach((slice, since) -> {
            if (installed.contains(slice)) {
                freed.put(slice, now);
            } else if (Quarantine.isOver(since, Quarantine.IN_FLIGHT_MS, now)) {
                space.release(slice);
            } else {
                freed.put(slice, since);
            }
        });
        search = installed.isEmpty() ? space : space.copy();
        installed.forEach(search::take);
    }

    /** The slice of a table with these members, {@link Slice#EMPTY} without any. */
    Slice of(TableDemand demand) {
        if (demand.members().isEmpty()) {
            return Slice.EMPTY;
        }
        for (int size : demand.sizes()) {
            // The key of a large group takes a while to hash, for each size anew.
            Slice known = sizes.containsKey(size) ? tables.get(new TableKey(demand.members(), size)) : null;
            if (known != null) {
                return known;
            }
        }
        Slice slice = made(demand);
        TableKey key = new TableKey(demand.members(), slice.size());
        tables.put(key, slice);
        TableUse use = uses.get(slice);
        if (use != null) {
            uses.put(slice, use.with(key));
        }
        return slice;
    }

    /** Equal content, whatever it came from, is one table: so it is found again after a restart. */
    private Slice made(TableDemand demand) {
        Map<Integer, Slots> filled = new HashMap<>();
        for (int size : demand.sizes()) {
            if (sizes.containsKey(size)) {
                Slots slots = filled.computeIfAbsent(size, of -> filled(demand.members(), of));
                Slice slice = bySlots.get(slots);
                if (slice != null) {
                    if (orphans.remove(slots) != null) {
                        uses.put(slice, new TableUse(slots, List.of(), 0));
                    }
                    return slice;
                }
            }
        }
        for (int size : demand.sizes()) {
            OptionalInt offset = search.allows(size) ? search.find(size) : OptionalInt.empty();
            if (offset.isPresent()) {
                Slice slice = new Slice(offset.getAsInt(), size);
                search.take(slice);
                space.take(slice);
                Slots slots = filled.computeIfAbsent(size, of -> filled(demand.members(), of));
                bySlots.put(slots, slice);
                sizes.merge(size, 1, Integer::sum);
                uses.put(slice, new TableUse(slots, List.of(), 0));
                return slice;
            }
        }
        throw new RefusedException(
                Reason.NO_ROOM,
                "no room for the table of another group: all " + SliceSpace.CAPACITY + " slots are taken");
    }

    private Slots filled(List<Member> members, int size) {
        int[] positions = Maglev.slots(
                members.stream().map(Member::endpoint).toList(),
                members.stream().mapToInt(Member::weight).toArray(),
                size);
        int[] targets = members.stream().map(Member::endpoint).mapToInt(indices).toArray();
        for (int slot = 0; slot < positions.length; slot++) {
            positions[slot] = targets[positions[slot]];
        }
        return Slots.of(positions);
    }

    /** The tables of a group are wanted. */
    void claim(GroupKind kind) {
        use(kind.v4(), 1);
        use(kind.v6(), 1);
    }

    /** The tables of a group are wanted once less. */
    void release(GroupKind kind) {
        use(kind.v4(), -1);
        use(kind.v6(), -1);
    }

    private void use(Slice slice, int more) {
        TableUse use = uses.get(slice);
        if (use != null) {
            uses.put(slice, use.plus(more));
            touched.add(slice);
        }
    }

    /** Lets go of what nobody wants any more: it rests. */
    Ids.Tables settled() {
        for (Slice slice : touched) {
            TableUse use = uses.get(slice);
            if (use != null && use.uses() == 0) {
                use.keys().forEach(tables::remove);
                bySlots.remove(use.slots());
                uses.remove(slice);
                rest(slice);
            }
        }
        orphans.forEach((slots, slice) -> {
            bySlots.remove(slots);
            rest(slice);
        });
        return new Ids.Tables(
                tables.done(), bySlots.done(), uses.done(), Map.copyOf(sizes), Map.of(), Ids.frozen(freed), space);
    }

    private void rest(Slice slice) {
        sizes.merge(slice.size(), -1, (have, less) -> have + less > 0 ? have + less : null);
        freed.put(slice, now);
    }

    /** Slices that may have come into use or gone out of it. */
    Set<Slice> touched() {
        return touched;
    }
}
