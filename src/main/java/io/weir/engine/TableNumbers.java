package io.weir.engine;

import io.weir.engine.GroupPlan.TableDemand;
import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Ids.Member;
import io.weir.engine.Ids.Table;
import io.weir.engine.Ids.TableKey;
import io.weir.engine.Image.Slice;
import io.weir.engine.Image.Slots;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.Endpoint;
import io.weir.policy.Maglev;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Finds or makes the table of each set of targets and weights. One derivation's working copy. */
final class TableNumbers {

    private final Map<TableKey, Table> before;
    private final Map<TableKey, Table> wanted = new HashMap<>();
    private final BitSet kept = new BitSet();
    private final Map<Slots, Slice> orphans;
    private final Map<Slots, Slice> bySlots;
    private final Set<Integer> sizes;
    private final Map<Slice, Long> freed = new HashMap<>();
    private final SliceSpace space = new SliceSpace();
    private final ToIntFunction<Endpoint> indices;

    /** @param indices of targets that have been claimed */
    TableNumbers(Ids ids, Evidence evidence, long now, ToIntFunction<Endpoint> indices) {
        this.indices = indices;
        before = ids.tables();
        orphans = new HashMap<>(ids.orphans());
        bySlots = new HashMap<>(orphans);
        before.values().forEach(table -> bySlots.put(table.slots(), table.slice()));
        sizes = bySlots.values().stream().map(Slice::size).collect(Collectors.toCollection(HashSet::new));
        Set<Slice> installed = new HashSet<>(evidence.installed().groups().values());
        ids.freedSlices().forEach((slice, since) -> {
            if (installed.contains(slice)) {
                freed.put(slice, now);
            } else if (!Quarantine.isOver(since, Quarantine.IN_FLIGHT_MS, now)) {
                freed.put(slice, since);
            }
        });
        freed.keySet().forEach(space::take);
        before.values().forEach(table -> space.take(table.slice()));
        orphans.values().forEach(space::take);
        installed.forEach(space::take);
    }

    /** The slice of a table with these members, {@link Slice#EMPTY} without any. */
    Slice of(TableDemand demand) {
        if (demand.members().isEmpty()) {
            return Slice.EMPTY;
        }
        for (int size : demand.sizes()) {
            TableKey key = new TableKey(demand.members(), size);
            Table known = wanted.get(key);
            known = known == null ? before.get(key) : known;
            if (known != null) {
                wanted.put(key, known);
                return known.slice();
            }
        }
        Table table = made(demand);
        wanted.put(new TableKey(demand.members(), table.slice().size()), table);
        return table.slice();
    }

    /** Equal content, whatever it came from, is one table: so it is found again after a restart. */
    private Table made(TableDemand demand) {
        for (int size : demand.sizes()) {
            if (sizes.contains(size)) {
                Slots slots = filled(demand.members(), size);
                Slice slice = bySlots.get(slots);
                if (slice != null) {
                    orphans.remove(slots);
                    return new Table(slice, slots);
                }
            }
        }
        for (int size : demand.sizes()) {
            OptionalInt offset = space.allows(size) ? space.find(size) : OptionalInt.empty();
            if (offset.isPresent()) {
                Slice slice = new Slice(offset.getAsInt(), size);
                space.take(slice);
                Table table = new Table(slice, filled(demand.members(), size));
                bySlots.put(table.slots(), slice);
                sizes.add(size);
                return table;
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

    /** The tables of a group that is as before are wanted as before. */
    void keep(GroupKind kind) {
        keep(kind.v4());
        keep(kind.v6());
    }

    private void keep(Slice slice) {
        if (slice.size() > 0) {
            kept.set(slice.offset());
        }
    }

    /** All tables in use; to be asked for when all groups have been looked at. */
    Map<TableKey, Table> wanted() {
        before.forEach((key, table) -> {
            if (kept.get(table.slice().offset())) {
                wanted.put(key, table);
            }
        });
        return wanted;
    }

    /** What rests now, with the tables nobody wanted any more. */
    Map<Slice, Long> freed(long now) {
        before.values().forEach(table -> freed.put(table.slice(), now));
        orphans.values().forEach(slice -> freed.put(slice, now));
        wanted.values().forEach(table -> freed.remove(table.slice()));
        return freed;
    }
}
