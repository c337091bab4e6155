package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * An array map in memory. A value starts every {@link #stride} bytes (the kernel rounds up to 8). Single 4- and 8-byte
 * stores are seen by programs whole and after everything written before them.
 */
public final class MappedArray implements AutoCloseable {

    private static final int AT_ONCE = 4096;

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

    public int readInt(int index, long offset) {
        return (int) INT.getAcquire(memory, (long) index * stride + offset);
    }

    public void writeInt(int index, long offset, int value) {
        INT.setRelease(memory, (long) index * stride + offset, value);
    }

    /** Writes entries of four bytes in one go; whoever sees what is written after this sees these, too. */
    public void writeInts(int first, int[] values) {
        if (first < 0 || first > entries - values.length) {
            throw new IndexOutOfBoundsException(values.length + " entries at " + first + " of an array of " + entries);
        }
        int step = stride / Integer.BYTES; // the kernel pads each to eight
        int[] padded = new int[Math.min(values.length, AT_ONCE) * step];
        for (int done = 0; done < values.length; done += AT_ONCE) {
            int now = Math.min(AT_ONCE, values.length - done);
            for (int i = 0; i < now; i++) {
                padded[i * step] = values[done + i];
            }
            MemorySegment.copy(padded, 0, memory, JAVA_INT, (long) (first + done) * stride, now * step);
        }
        VarHandle.releaseFence();
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
