package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BiPredicate;

/** Many entries of a map by one call: millions a second instead of half a million. */
final class MapWalk {

    private static final int ENTRIES = 4096;
    private static final NativeFunction UPDATE =
            NativeFunction.libbpfInt("bpf_map_update_batch", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final NativeFunction DELETE =
            NativeFunction.libbpfInt("bpf_map_delete_batch", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

    private MapWalk() {}

    static void walk(BpfMap map, BiPredicate<MemorySegment, MemorySegment> visitor) {
        if (inBatches(map, visitor)) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            oneByOne(map, visitor, arena);
        }
    }

    static void updateAll(BpfMap map, MemorySegment keys, MemorySegment values, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment done = arena.allocateFrom(JAVA_INT, count);
            MemorySegment options = arena.allocate(24, 8);
            options.set(JAVA_LONG, 0, 24);
            int result = UPDATE.call(map.descriptor(), keys, values, done, options);
            if (MapSlices.isUnsupported(result)) {
                for (int i = 0; i < count; i++) {
                    map.update(MapSlices.slice(keys, i, map.keySize()), MapSlices.slice(values, i, map.valueSize()));
                }
            } else if (result < 0) {
                throw map.failed("writing " + count + " entries of", result);
            }
        }
    }

    static void deleteAll(BpfMap map, MemorySegment keys, int count) {
        try (Arena arena = Arena.ofConfined()) {
            int result = DELETE.call(map.descriptor(), keys, arena.allocateFrom(JAVA_INT, count), MemorySegment.NULL);
            if (MapSlices.isUnsupported(result)) {
                for (int i = 0; i < count; i++) {
                    map.delete(MapSlices.slice(keys, i, map.keySize()));
                }
            } else if (result < 0) {
                throw map.failed("deleting " + count + " entries of", result);
            }
        }
    }

    /** @return false if the map knows no batches, before the visitor saw anything */
    private static boolean inBatches(BpfMap map, BiPredicate<MemorySegment, MemorySegment> visitor) {
        try (MapSlices slices = new MapSlices(map, ENTRIES)) {
            while (slices.hasNext()) {
                slices.next(visitor);
            }
            return true;
        } catch (BpfException failed) {
            if (failed.errno() != Errno.EOPNOTSUPP) {
                throw failed;
            }
            return false;
        }
    }

    private static void oneByOne(BpfMap map, BiPredicate<MemorySegment, MemorySegment> visitor, Arena arena) {
        MemorySegment key = arena.allocate(map.keySize(), 8);
        MemorySegment next = arena.allocate(map.keySize(), 8);
        MemorySegment value = arena.allocate(map.valueSize(), 8);
        boolean more = map.nextKey(MemorySegment.NULL, next);
        while (more) {
            key.copyFrom(next);
            // The next key first: the visitor may delete this one, which would start the walk anew.
            more = map.nextKey(key, next);
            if (map.lookup(key, value) && !visitor.test(key, value)) {
                return;
            }
        }
    }
}
