package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * An array map in memory. A value starts every {@link #stride} bytes (the kernel rounds up to 8). Single 2-, 4- and 8-byte
 * stores are seen by programs whole and after everything written before them.
 */
public final class MappedArray implements AutoCloseable {

    private static final VarHandle SHORT = JAVA_SHORT.varHandle();
    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final VarHandle LONG = JAVA_LONG.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final int stride;
    private final int entries;

    MappedArray(BpfMap map) {
        MapInfo info = map.info();
        this.stride = (info.valueSize() + 7) / 8 * 8;
        this.entries = info.maxEntries();
        long page = Libc.pageSize();
        long bytes = ((long) stride * entries + page - 1) / page * page;
        this.memory = Libc.map(
                "mapping " + map + " into memory", map.descriptor(), 0, bytes, Libc.PROT_READ | Libc.PROT_WRITE, arena);
    }

    /** Bytes from one value to the next. */
    public int stride() {
        return stride;
    }

    public int entries() {
        return entries;
    }

    /** One value's memory. */
    public MemorySegment value(int index) {
        if (index < 0 || index >= entries) {
            throw new IndexOutOfBoundsException("index " + index + " of an array of " + entries);
        }
        return memory.asSlice((long) index * stride, stride);
    }

    /** The array read as numbers of two bytes, one after the other. */
    public short readShort(int index) {
        return (short) SHORT.getAcquire(memory, (long) index * Short.BYTES);
    }

    /** Writes numbers of two bytes, one after the other, in one go; whoever sees what is written after this sees these, too. */
    public void writeShorts(int first, short... values) {
        long room = (long) entries * stride / Short.BYTES;
        if (first < 0 || first > room - values.length) {
            throw new IndexOutOfBoundsException(values.length + " numbers at " + first + " of an array of " + room);
        }
        MemorySegment.copy(values, 0, memory, JAVA_SHORT, (long) first * Short.BYTES, values.length);
        VarHandle.releaseFence();
    }

    public int readInt(int index, long offset) {
        return (int) INT.getAcquire(memory, (long) index * stride + offset);
    }

    public void writeInt(int index, long offset, int value) {
        INT.setRelease(memory, (long) index * stride + offset, value);
    }

    public long readLong(int index, long offset) {
        return (long) LONG.getAcquire(memory, (long) index * stride + offset);
    }

    public void writeLong(int index, long offset, long value) {
        LONG.setRelease(memory, (long) index * stride + offset, value);
    }

    @Override
    public void close() {
        arena.close();
    }
}
