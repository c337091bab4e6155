package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.libbpf.MapInfo;

/**
 * What the tables take of the kernel's memory. A hash map keeps 48 bytes beside key and value of each element and 16 for each
 * bucket; what is not preallocated is only taken as it fills, and then from the kernel's allocator: 8 bytes more, in a piece of
 * one of its sizes.
 *
 * @param now bytes taken at once
 * @param full bytes when every table is full
 */
record MemoryEstimate(long now, long full) {

    private static final int ELEMENT_BYTES = 48;
    private static final int BUCKET_BYTES = 16;
    private static final int LIST_BYTES = 8;

    static MemoryEstimate of(BpfObjects objects) {
        long now = 0;
        long full = 0;
        for (MapShape shape : MapShape.ALL) {
            BpfMap map = objects.map(shape.name());
            long buckets =
                    isHash(map) ? (long) BUCKET_BYTES * powerOfTwo(map.info().maxEntries()) : 0;
            boolean preallocated = (map.info().flags() & MapInfo.NO_PREALLOC) == 0;
            long element = preallocated || !isHash(map) ? elementBytes(map) : allocated(elementBytes(map) + LIST_BYTES);
            long elements = map.info().maxEntries() * element;
            now += buckets + (preallocated ? elements : 0);
            full += buckets + elements;
        }
        return new MemoryEstimate(now, full);
    }

    String text() {
        return (now >> 20) + " MB, " + (full >> 20) + " MB when full";
    }

    private static long elementBytes(BpfMap map) {
        if (map.info().type() == MapInfo.RINGBUF) {
            return 1;
        }
        return (isHash(map) ? ELEMENT_BYTES + (map.keySize() + 7) / 8 * 8 : 0) + (map.valueSize() + 7) / 8 * 8;
    }

    /** The allocator's sizes are powers of two, and 96 and 192. */
    private static long allocated(long bytes) {
        if (bytes > 64 && bytes <= 96) {
            return 96;
        }
        return bytes > 128 && bytes <= 192 ? 192 : powerOfTwo((int) bytes);
    }

    private static boolean isHash(BpfMap map) {
        return switch (map.info().type()) {
            case MapInfo.HASH, MapInfo.PERCPU_HASH, MapInfo.LRU_HASH -> true;
            default -> false;
        };
    }

    private static long powerOfTwo(int entries) {
        long floor = Integer.highestOneBit(entries);
        return floor == entries ? floor : 2 * floor;
    }
}
