package io.weir.engine;

import io.weir.engine.Image.Slice;
import java.util.BitSet;
import java.util.OptionalInt;

/** Which parts of the slots array are taken; first fit. */
final class SliceSpace {

    /** Entries of the slots map (maps.h). */
    static final int CAPACITY = 4_194_304;

    /** What the usual sizes may fill: the rest is kept for when tables must be small. */
    private static final int FOR_ANY = CAPACITY / 2;

    private static final int FOR_SMALL = CAPACITY / 4 * 3;
    private static final int SMALL = 1021;
    private static final int SMALLEST = 251;

    private final BitSet taken;
    private int used;

    SliceSpace() {
        this(new BitSet(), 0);
    }

    private SliceSpace(BitSet taken, int used) {
        this.taken = taken;
        this.used = used;
    }

    SliceSpace copy() {
        return new SliceSpace((BitSet) taken.clone(), used);
    }

    void take(Slice slice) {
        used += slice.size() - taken(slice);
        taken.set(slice.offset(), slice.offset() + slice.size());
    }

    void release(Slice slice) {
        used -= taken(slice);
        taken.clear(slice.offset(), slice.offset() + slice.size());
    }

    private int taken(Slice slice) {
        return taken.get(slice.offset(), slice.offset() + slice.size()).cardinality();
    }

    /** Whether a table of this size may be made while so much is taken: large ones leave room for small ones. */
    boolean allows(int size) {
        int after = used + size;
        return after <= (size <= SMALLEST ? CAPACITY : size <= SMALL ? FOR_SMALL : FOR_ANY);
    }

    /** The lowest offset where so many entries are free. */
    OptionalInt find(int size) {
        int offset = taken.nextClearBit(0);
        int end = taken.nextSetBit(offset);
        while (end >= 0 && end - offset < size) {
            offset = taken.nextClearBit(end);
            end = taken.nextSetBit(offset);
        }
        return CAPACITY - offset >= size ? OptionalInt.of(offset) : OptionalInt.empty();
    }
}
