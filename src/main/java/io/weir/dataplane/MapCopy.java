package io.weir.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.Btf;
import io.weir.libbpf.Cpus;
import io.weir.libbpf.Errno;
import io.weir.libbpf.MapInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Copies the entries of a map, of this ABI or an earlier one, into another. */
final class MapCopy {

    /** For copies of which nobody wants to know. */
    static final Copied UNHEARD = (key, value) -> {};

    private static final int BATCH = 4096;

    private final int cpus = Cpus.possible();
    private final MapShape shape;
    private final BpfMap from;
    private final BpfMap to;
    private final StructCopy keys;
    private final StructCopy values;

    private MapCopy(MapShape shape, BpfMap from, BpfMap to, StructCopy keys, StructCopy values) {
        this.shape = shape;
        this.from = from;
        this.to = to;
        this.keys = keys;
        this.values = values;
    }

    /**
     * Empty if the keys of the two mean different things.
     *
     * @param sameAbi then fields need not be found by their names
     * @param left names of fields of values that are not copied
     */
    static Optional<MapCopy> between(MapShape shape, BpfMap from, BpfMap to, boolean sameAbi, Set<String> left) {
        MapInfo info = from.info();
        if (info.type() != to.info().type()) {
            return Optional.empty();
        }
        if (sameAbi) {
            StructCopy keys = StructCopy.plain(info.keySize());
            StructCopy values = shape.value()
                    .map(layout -> StructCopy.without(layout, left))
                    .orElseGet(() -> StructCopy.plain(info.valueSize()));
            return Optional.of(new MapCopy(shape, from, to, keys, values));
        }
        Optional<Btf> types = info.btfId() == 0 ? Optional.empty() : Optional.of(types(info));
        Optional<StructCopy> keys = shape.key()
                .flatMap(layout -> types.flatMap(btf -> btf.struct(info.keyTypeId()))
                        .flatMap(before -> StructCopy.exact(before, layout)))
                .or(() -> info.keySize() == to.info().keySize() && shape.key().isEmpty()
                        ? Optional.of(StructCopy.plain(info.keySize()))
                        : Optional.empty());
        Optional<StructCopy> values = shape.value()
                .flatMap(layout -> types.flatMap(btf -> btf.struct(info.valueTypeId()))
                        .map(before -> StructCopy.of(before, layout, left)))
                .or(() -> info.valueSize() == to.info().valueSize()
                                && shape.value().isEmpty()
                        ? Optional.of(StructCopy.plain(info.valueSize()))
                        : Optional.empty());
        return keys.flatMap(key -> values.map(value -> new MapCopy(shape, from, to, key, value)));
    }

    /** What another version's maps hold; the kernel shows types of others to nobody else. */
    private static Btf types(MapInfo info) {
        try {
            return Btf.ofKernel(info.btfId());
        } catch (BpfException refused) {
            if (refused.errno() != Errno.EPERM) {
                throw refused;
            }
            throw new DataplaneException(
                    "the flows of another version are under the pin path, and reading its maps takes CAP_SYS_ADMIN: start"
                            + " this version once with it (as root), or end all connections (weir detach)",
                    Errno.EPERM,
                    refused);
        }
    }

    /** Called for each entry that was copied; its memory is valid during the call. */
    interface Copied {

        void entry(MemorySegment key, MemorySegment value);

        /**
         * Something else was there.
         *
         * @param known what it was
         */
        default void instead(MemorySegment key, MemorySegment known, MemorySegment value) {}
    }

    /**
     * Copies everything into a map nobody else writes yet, a batch at a time.
     *
     * @return how many entries found no room
     */
    int copyAll() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment batchKeys = arena.allocate((long) BATCH * to.keySize(), 8);
            MemorySegment batchValues = arena.allocate((long) BATCH * to.valueSize(), 8);
            int[] filled = {0};
            int[] lost = {0};
            from.forEach((oldKey, oldValue) -> {
                if (isCopied(oldKey, oldValue)) {
                    convert(oldKey, oldValue, key(batchKeys, filled[0]), value(batchValues, filled[0]));
                    filled[0]++;
                }
                if (filled[0] == BATCH) {
                    lost[0] += flush(batchKeys, batchValues, BATCH);
                    filled[0] = 0;
                }
            });
            return lost[0] + flush(batchKeys, batchValues, filled[0]);
        }
    }

    /**
     * Copies what is wanted and not there yet, or not up to date, into a map that is in use.
     *
     * @param wanted sees the converted key and value
     * @param isLater sees the converted value, which it may complete, and the one that is there
     * @param copied called for what was not there, and for what was not up to date
     * @return how many entries found no room
     */
    int copyMissing(
            BiPredicate<MemorySegment, MemorySegment> wanted,
            BiPredicate<MemorySegment, MemorySegment> isLater,
            Copied copied) {
        int[] lost = {0};
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(Math.max(4, to.keySize()), 8);
            MemorySegment value = arena.allocate(to.valueSize(), 8);
            MemorySegment known = arena.allocate(to.valueSize(), 8);
            from.forEach((oldKey, oldValue) -> {
                if (!isCopied(oldKey, oldValue)) {
                    return;
                }
                convert(oldKey, oldValue, key, value);
                if (!wanted.test(key, value)) {
                    return;
                }
                switch (put(key, value)) {
                    case PUT -> copied.entry(key, value);
                    case FULL -> lost[0]++;
                    case THERE -> {
                        if (to.lookup(key, known) && isLater.test(value, known)) {
                            to.update(key, value);
                            copied.instead(key, known, value);
                        }
                    }
                }
            });
        }
        return lost[0];
    }

    /**
     * Changes values that no earlier map has any more; none if their keys do not look like the new ones.
     *
     * @param sources the copies from all earlier maps, this one among them
     * @param wanted sees the value
     * @param change is given what is there by then
     */
    void changeMissing(List<MapCopy> sources, Predicate<MemorySegment> wanted, Consumer<MemorySegment> change) {
        if (!sources.stream().allMatch(MapCopy::keepsKeys)) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            List<Predicate<MemorySegment>> earlier =
                    sources.stream().map(source -> source.lookup(arena)).toList();
            MemorySegment known = arena.allocate(to.valueSize(), 8);
            List<MemorySegment> missing = new ArrayList<>();
            to.forEach((key, value) -> {
                if (wanted.test(value) && earlier.stream().noneMatch(has -> has.test(key))) {
                    missing.add(arena.allocate(key.byteSize(), 8).copyFrom(key));
                }
            });
            for (MemorySegment key : missing) {
                if (to.lookup(key, known) && wanted.test(known)) {
                    change.accept(known);
                    to.update(key, known);
                }
            }
        }
    }

    private boolean keepsKeys() {
        return keys.isInPlace() && from.keySize() == to.keySize();
    }

    /** Whether the earlier map has a key. */
    private Predicate<MemorySegment> lookup(Arena arena) {
        MemorySegment value = arena.allocate(from.valueSize(), 8);
        return key -> from.lookup(key, value);
    }

    /** @return how many found no room */
    private int flush(MemorySegment batchKeys, MemorySegment batchValues, int count) {
        if (count == 0) {
            return 0;
        }
        try {
            to.updateAll(batchKeys, batchValues, count);
            return 0;
        } catch (BpfException refused) {
            if (!isFull(refused)) {
                throw refused;
            }
        }
        int lost = 0;
        for (int i = 0; i < count; i++) {
            // What a batch that ended early has put is there already.
            if (put(key(batchKeys, i), value(batchValues, i)) == Outcome.FULL) {
                lost++;
            }
        }
        return lost;
    }

    private boolean isCopied(MemorySegment oldKey, MemorySegment oldValue) {
        // The elements of an array that were never written need not be copied.
        return !to.info().array() || (oldKey.get(JAVA_INT, 0) < to.info().maxEntries() && !isZero(oldValue));
    }

    private void convert(MemorySegment oldKey, MemorySegment oldValue, MemorySegment key, MemorySegment value) {
        keys.copy(oldKey, 0, key, 0, 1);
        values.copy(oldValue, from.cpuStride(), value, to.cpuStride(), to.info().perCpu() ? cpus : 1);
    }

    private MemorySegment key(MemorySegment all, int index) {
        return all.asSlice((long) index * to.keySize(), to.keySize());
    }

    private MemorySegment value(MemorySegment all, int index) {
        return all.asSlice((long) index * to.valueSize(), to.valueSize());
    }

    private enum Outcome {
        PUT,
        THERE,
        FULL
    }

    private Outcome put(MemorySegment key, MemorySegment value) {
        try {
            to.update(key, value, to.info().array() ? BpfMap.ANY : BpfMap.NO_EXIST);
            return Outcome.PUT;
        } catch (BpfException refused) {
            if (refused.category() == Errno.Category.EXISTS) {
                return Outcome.THERE;
            }
            if (isFull(refused)) {
                return Outcome.FULL;
            }
            throw refused;
        }
    }

    private static boolean isFull(BpfException refused) {
        return refused.category() == Errno.Category.FULL || refused.category() == Errno.Category.NO_MEMORY;
    }

    private static boolean isZero(MemorySegment value) {
        long word = 0;
        long at = 0;
        for (; at + Long.BYTES <= value.byteSize(); at += Long.BYTES) {
            word |= value.get(JAVA_LONG_UNALIGNED, at);
        }
        for (; at < value.byteSize(); at++) {
            word |= value.get(JAVA_BYTE, at);
        }
        return word == 0;
    }

    @Override
    public String toString() {
        return "copy of " + shape.name();
    }
}
