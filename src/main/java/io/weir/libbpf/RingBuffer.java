package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * The consumer's side of a BPF ring buffer, mapped directly: no call into the kernel and none out of it. One reader thread.
 * Layout: a page with the consumer's position, a page with the producer's, then the data twice in a row, so that a record
 * that wraps around is one piece (Documentation/bpf/ringbuf.rst).
 */
public final class RingBuffer implements AutoCloseable {

    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;
    private static final int HEADER_BYTES = 8;

    private static final VarHandle LENGTH = JAVA_INT.varHandle();
    private static final VarHandle POSITION = JAVA_LONG.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment consumer;
    private final MemorySegment producer;
    private final MemorySegment data;
    private final long mask;

    public RingBuffer(BpfMap map) {
        long page = Libc.pageSize();
        long bytes = map.info().maxEntries();
        String operation = "mapping " + map + " into memory";
        this.consumer = Libc.map(operation, map.descriptor(), 0, page, Libc.PROT_READ | Libc.PROT_WRITE, arena);
        this.producer = Libc.map(operation, map.descriptor(), page, page + 2 * bytes, Libc.PROT_READ, arena);
        this.data = producer.asSlice(page);
        this.mask = bytes - 1;
    }

    /**
     * Hands over what has come, at most limit records.
     *
     * @param record gets each record's memory, valid during the call only
     * @return how many were handed over
     */
    public int consume(Consumer<MemorySegment> record, int limit) {
        long position = (long) POSITION.getAcquire(consumer, 0L);
        int count = 0;
        while (count < limit && position < (long) POSITION.getAcquire(producer, 0L)) {
            long start = position & mask;
            int header = (int) LENGTH.getAcquire(data, start);
            if ((header & BUSY) != 0) {
                break;
            }
            int length = header & ~(BUSY | DISCARDED);
            position += (length + HEADER_BYTES + 7L) / 8 * 8;
            try {
                if ((header & DISCARDED) == 0) {
                    count++;
                    record.accept(data.asSlice(start + HEADER_BYTES, length).asReadOnly());
                }
            } finally {
                POSITION.setRelease(consumer, 0L, position); // also past one that was refused
            }
        }
        return count;
    }

    @Override
    public void close() {
        arena.close();
    }
}
