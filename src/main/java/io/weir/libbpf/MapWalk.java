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
    private static final int ENOTSUPP = 524;

    private static final NativeFunction LOOKUP = NativeFunction.libbpfInt(
            "bpf_map_lookup_batch", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final NativeFunction UPDATE =
            NativeFunction.libbpfInt("bpf_map_update_batch", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final NativeFunction DELETE =
            NativeFunction.libbpfInt("bpf_map_delete_batch", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

    private MapWalk() {}

    static void walk(BpfMap map, BiPredicate<MemorySegment, MemorySegment> visitor) {
        try (Arena arena = Arena.ofConfined()) {
            if (!inBatches(map, visitor, arena)) {
                oneByOne(map, visitor, arena);
            }
        }
    }

    static void updateAll(BpfMap map, MemorySegment keys, MemorySegment values, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment done = arena.allocateFrom(JAVA_INT, count);
            MemorySegment options = arena.allocate(24, 8);
            options.set(JAVA_LONG, 0, 24);
            int result = UPDATE.call(map.descriptor(), keys, values, done, options);
            if (isUnsupported(result)) {
                for (int i = 0; i < count; i++) {
                    map.update(slice(keys, i, map.keySize()), slice(values, i, map.valueSize()));
                }
            } else if (result < 0) {
                throw map.failed("writing " + count + " entries of", result);
            }
        }
    }

    static void deleteAll(BpfMap map, MemorySegment keys, int count) {
        try (Arena arena = Arena.ofConfined()) {
            int result = DELETE.call(map.descriptor(), keys, arena.allocateFrom(JAVA_INT, count), MemorySegment.NULL);
            if (isUnsupported(result)) {
                for (int i = 0; i < count; i++) {
                    map.delete(slice(keys, i, map.keySize()));
                }
            } else if (result < 0) {
                throw map.failed("deleting " + count + " entries of", result);
            }
        }
    }

    /** @return false if the map knows no batches, before the visitor saw anything */
    private static boolean inBatches(BpfMap map, BiPredicate<MemorySegment, MemorySegment> visitor, Arena arena) {
        // The cursor is a bucket number, or a key in a trie.
        MemorySegment cursor = arena.allocate(Math.max(8, map.keySize()), 8);
        MemorySegment from = MemorySegment.NULL;
        Batch batch = new Batch(map, Math.min(ENTRIES, Math.max(1, map.info().maxEntries())), arena);
        while (true) {
            int result = LOOKUP.call(
                    map.descriptor(), from, cursor, batch.keys, batch.values, batch.size(), MemorySegment.NULL);
            if (isUnsupported(result)) {
                return false;
            }
            if (result == -Errno.ENOSPC) {
                // One bucket holds more than the whole buffer: many keys collide.
                batch = new Batch(map, batch.entries * 2, arena);
                continue;
            }
            if (result < 0 && result != -Errno.ENOENT) {
                throw map.failed("reading entries of", result);
            }
            int count = batch.count.get(JAVA_INT, 0);
            for (int i = 0; i < count; i++) {
                if (!visitor.test(slice(batch.keys, i, map.keySize()), slice(batch.values, i, map.valueSize()))) {
                    return true;
                }
            }
            if (result == -Errno.ENOENT) {
                return true;
            }
            from = cursor;
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

    private static boolean isUnsupported(int result) {
        return result == -ENOTSUPP || result == -Errno.EOPNOTSUPP || result == -Errno.EINVAL;
    }

    private static MemorySegment slice(MemorySegment all, int index, int bytes) {
        return all.asSlice((long) index * bytes, bytes);
    }

    /** Buffers for one call. */
    private static final class Batch {
        final int entries;
        final MemorySegment keys;
        final MemorySegment values;
        final MemorySegment count;

        Batch(BpfMap map, int entries, Arena arena) {
            this.entries = entries;
            this.keys = arena.allocate((long) entries * map.keySize(), 8);
            this.values = arena.allocate((long) entries * map.valueSize(), 8);
            this.count = arena.allocate(JAVA_INT);
        }

        MemorySegment size() {
            count.set(JAVA_INT, 0, entries);
            return count;
        }
    }
}
