package io.weir.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weir.libbpf.BpfException;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.Btf;
import io.weir.libbpf.Cpus;
import io.weir.libbpf.Errno;
import io.weir.libbpf.MapInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Predicate;

/** Copies the entries of a map, of this ABI or an earlier one, into another. */
final class MapCopy {

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

    /** Empty if the keys of the two mean different things. */
    static Optional<MapCopy> between(MapShape shape, BpfMap from, BpfMap to) {
        MapInfo info = from.info();
        if (info.type() != to.info().type()) {
            return Optional.empty();
        }
        Optional<Btf> types = info.btfId() == 0 ? Optional.empty() : Optional.of(Btf.ofKernel(info.btfId()));
        Optional<StructCopy> keys = shape.key()
                .flatMap(layout -> types.flatMap(btf -> btf.struct(info.keyTypeId()))
                        .flatMap(before -> StructCopy.exact(before, layout)))
                .or(() -> info.keySize() == to.info().keySize() && shape.key().isEmpty()
                        ? Optional.of(StructCopy.plain(info.keySize()))
                        : Optional.empty());
        Optional<StructCopy> values = shape.value()
                .flatMap(layout -> types.flatMap(btf -> btf.struct(info.valueTypeId()))
                        .map(before -> StructCopy.of(before, layout)))
                .or(() -> info.valueSize() == to.info().valueSize()
                                && shape.value().isEmpty()
                        ? Optional.of(StructCopy.plain(info.valueSize()))
                        : Optional.empty());
        return keys.flatMap(key -> values.map(value -> new MapCopy(shape, from, to, key, value)));
    }

    /** Called for each entry that was copied; its memory is valid during the call. */
    interface Copied {
        void entry(MemorySegment key, MemorySegment value);
    }

    /**
     * Copies what is wanted and not there yet.
     *
     * @param wanted sees the converted value
     * @return how many entries found no room
     */
    int copy(Predicate<MemorySegment> wanted, Copied copied) {
        int[] lost = {0};
        boolean array = to.info().array();
        int copies = to.info().perCpu() ? Cpus.possible() : 1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(Math.max(4, to.keySize()), 8);
            MemorySegment value = arena.allocate(to.valueSize(), 8);
            from.forEach((oldKey, oldValue) -> {
                if (array && (oldKey.get(JAVA_INT, 0) >= to.info().maxEntries() || isZero(oldValue))) {
                    return;
                }
                keys.copy(oldKey, 0, key, 0, 1);
                values.copy(oldValue, from.cpuStride(), value, to.cpuStride(), copies);
                if (!wanted.test(value)) {
                    return;
                }
                switch (put(key, value, array)) {
                    case PUT -> copied.entry(key, value);
                    case FULL -> lost[0]++;
                    case THERE -> {}
                }
            });
        }
        return lost[0];
    }

    private enum Outcome {
        PUT,
        THERE,
        FULL
    }

    private Outcome put(MemorySegment key, MemorySegment value, boolean array) {
        try {
            to.update(key, value, array ? BpfMap.ANY : BpfMap.NO_EXIST);
            return Outcome.PUT;
        } catch (BpfException refused) {
            if (refused.category() == Errno.Category.EXISTS) {
                return Outcome.THERE;
            }
            if (refused.category() == Errno.Category.FULL || refused.category() == Errno.Category.NO_MEMORY) {
                return Outcome.FULL;
            }
            throw refused;
        }
    }

    /** The elements of an array that were never written need not be copied. */
    private static boolean isZero(MemorySegment value) {
        for (long i = 0; i < value.byteSize(); i++) {
            if (value.get(java.lang.foreign.ValueLayout.JAVA_BYTE, i) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "copy of " + shape.name();
    }
}
