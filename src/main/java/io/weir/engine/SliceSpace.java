package io.weir.engine;

import io.weir.engine.Image.Slice;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Which parts of the slots array are taken; first fit. */
final class SliceSpace {

    /** Entries of the slots map (maps.h). */
    static final int CAPACITY = 4_194_304;

    /** What the usual sizes may fill: the rest is kept for when tables must be small. */
    private static final int FOR_ANY = CAPACITY / 2;

    private static final int FOR_SMALL = CAPACITY / 4 * 3;
    private static final int SMALL = 1021;
    private static final int SMALLEST = 251;

    private final TreeMap<Integer, Integer> taken = new TreeMap<>(); // start to end, neither touching nor overlapping
    private int used;

    void take(Slice slice) {
        if (slice.size() == 0) {
            return;
        }
        int start = slice.offset();
        int end = slice.offset() + slice.size();
        Map.Entry<Integer, Integer> before = taken.floorEntry(start);
        if (before != null && before.getValue() >= start) {
            start = before.getKey();
            end = Math.max(end, before.getValue());
        }
        Map.Entry<Integer, Integer> inside = taken.ceilingEntry(start);
        while (inside != null && inside.getKey() <= end) {
            end = Math.max(end, inside.getValue());
            used -= inside.getValue() - inside.getKey();
            taken.remove(inside.getKey());
            inside = taken.ceilingEntry(start);
        }
        taken.put(start, end);
        used += end - start;
    }

    /** Whether a table of this size may be made while so much is taken: large ones leave room for small ones. */
    boolean allows(int size) {
        int after = used + size;
        return after <= (size <= SMALLEST ? CAPACITY : size <= SMALL ? FOR_SMALL : FOR_ANY);
    }

    /** The lowest offset where so many entries are free. */
    OptionalInt find(int size) {
        int offset = 0;
        for (Map.Entry<Integer, Integer> part : taken.entrySet()) {
            if (part.getKey() - offset >= size) {
                return OptionalInt.of(offset);
            }
            offset = part.getValue();
        }
        return CAPACITY - offset >= size ? OptionalInt.of(offset) : OptionalInt.empty();
    }
}
