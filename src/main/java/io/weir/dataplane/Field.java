package io.weir.dataplane;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A member of a C struct. Values up to 4 bytes read as unsigned.
 *
 * @param name as in C
 * @param offset bytes from the struct's start
 * @param width bytes of one element
 * @param count elements of an array, 1 otherwise
 * @param bigEndian whether it is in network order
 */
public record Field(String name, int offset, int width, int count, boolean bigEndian) {

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    // Made once: a layout works out how it is read when it is first used, which takes longer than reading.
    private static final ValueLayout.OfShort BIG_SHORT = SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BIG_INT = INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BIG_LONG = LONG.withOrder(ByteOrder.BIG_ENDIAN);

    static Field u8(String name) {
        return u8(name, 1);
    }

    static Field u8(String name, int count) {
        return new Field(name, 0, 1, count, false);
    }

    static Field u16(String name) {
        return new Field(name, 0, 2, 1, false);
    }

    static Field u32(String name) {
        return u32(name, 1);
    }

    static Field u32(String name, int count) {
        return new Field(name, 0, 4, count, false);
    }

    static Field u64(String name) {
        return u64(name, 1);
    }

    static Field u64(String name, int count) {
        return new Field(name, 0, 8, count, false);
    }

    static Field be16(String name) {
        return new Field(name, 0, 2, 1, true);
    }

    static Field be32(String name) {
        return be32(name, 1);
    }

    static Field be32(String name, int count) {
        return new Field(name, 0, 4, count, true);
    }

    /** A struct inside: reached with {@link #slice}. */
    static Field struct(String name, Layout inner, int count) {
        return new Field(name, 0, inner.size(), count, false);
    }

    /** Memory only the kernel understands. */
    static Field opaque(String name, int bytes) {
        return new Field(name, 0, bytes, 1, false);
    }

    Field at(int place) {
        return new Field(name, place, width, count, bigEndian);
    }

    int size() {
        return width * count;
    }

    public long get(MemorySegment struct) {
        return get(struct, 0);
    }

    public int getInt(MemorySegment struct) {
        return (int) get(struct, 0);
    }

    public long get(MemorySegment struct, int index) {
        long at = place(index);
        return switch (width) {
            case 1 -> struct.get(ValueLayout.JAVA_BYTE, at) & 0xffL;
            case 2 -> struct.get(bigEndian ? BIG_SHORT : SHORT, at) & 0xffffL;
            case 4 -> struct.get(bigEndian ? BIG_INT : INT, at) & 0xffffffffL;
            case 8 -> struct.get(bigEndian ? BIG_LONG : LONG, at);
            default -> throw new IllegalStateException(name + " is no number");
        };
    }

    /** All elements of four bytes at once, in the host's order: for what is read ten thousand times over. */
    int[] ints(MemorySegment struct) {
        int[] all = new int[count];
        MemorySegment.copy(struct, INT, offset, all, 0, count);
        return all;
    }

    public void set(MemorySegment struct, long value) {
        set(struct, 0, value);
    }

    public void set(MemorySegment struct, int index, long value) {
        long at = place(index);
        switch (width) {
            case 1 -> struct.set(ValueLayout.JAVA_BYTE, at, (byte) value);
            case 2 -> struct.set(bigEndian ? BIG_SHORT : SHORT, at, (short) value);
            case 4 -> struct.set(bigEndian ? BIG_INT : INT, at, (int) value);
            case 8 -> struct.set(bigEndian ? BIG_LONG : LONG, at, value);
            default -> throw new IllegalStateException(name + " is no number");
        }
    }

    /** The memory of one element. */
    public MemorySegment slice(MemorySegment struct, int index) {
        return struct.asSlice(place(index), width);
    }

    private long place(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException(name + "[" + index + "] of " + count);
        }
        return offset + (long) index * width;
    }
}
