package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BiPredicate;

/**
 * A walk over a map's entries, many by one call, which may rest between two calls. Entries added or removed meanwhile may or
 * may not be seen. For one thread.
 */
public final class MapSlices implements AutoCloseable {

    private static final NativeFunction LOOKUP = NativeFunction.libbpfInt(
            "bpf_map_lookup_batch", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final int ENOTSUPP = 524;

    private final Arena arena = Arena.ofConfined();
    private final BpfMap map;
    private final MemorySegment cursor;
    private MemorySegment from = MemorySegment.NULL;
    private Batch batch;
    private boolean over;

    /** @param entries about how many a slice has */
    MapSlices(BpfMap map, int entries) {
        this.map = map;
        // The cursor is a bucket number, or a key in a trie.
        this.cursor = arena.allocate(Math.max(8, map.keySize()), 8);
        this.batch = new Batch(map, Math.min(entries, Math.max(1, map.info().maxEntries())), arena);
    }

    /** Whether there is another slice. */
    public boolean hasNext() {
        return !over;
    }

    /**
     * Hands over a slice, or what the visitor takes of it; the memory is only valid during the call.
     *
     * @param visitor says whether to go on
     * @throws BpfException if the map knows no batches (EOPNOTSUPP), before the visitor saw anything
     */
    public void next(BiPredicate<MemorySegment, MemorySegment> visitor) {
        int result = read();
        while (result == -Errno.ENOSPC) {
            // One bucket holds more than the whole buffer: many keys collide.
            batch = new Batch(map, batch.entries * 2, arena);
            result = read();
        }
        over = result == -Errno.ENOENT;
        if (result < 0 && !over) {
            throw map.failed("reading entries of", isUnsupported(result) ? -Errno.EOPNOTSUPP : result);
        }
        from = cursor;
        int count = batch.count.get(JAVA_INT, 0);
        for (int i = 0; i < count; i++) {
            if (!visitor.test(slice(batch.keys, i, map.keySize()), slice(batch.values, i, map.valueSize()))) {
                over = true;
                return;
            }
        }
    }

    private int read() {
        return LOOKUP.call(map.descriptor(), from, cursor, batch.keys, batch.values, batch.size(), MemorySegment.NULL);
    }

    static boolean isUnsupported(int result) {
        return result == -ENOTSUPP || result == -Errno.EOPNOTSUPP || result == -Errno.EINVAL;
    }

    static MemorySegment slice(MemorySegment all, int index, int bytes) {
        return all.asSlice((long) index * bytes, bytes);
    }

    @Override
    public void close() {
        arena.close();
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
