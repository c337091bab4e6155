package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.libbpf.RingBuffer;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the ring buffer of events every few milliseconds: the programs wake nobody, which would cost a packet twenty times
 * the event. One subscription at a time, since a record is read once.
 */
public final class FlowEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlowEvents.class);
    private static final long PAUSE_NANOS = 5_000_000L;
    private static final int BATCH = 4096;
    private static final int RESET = 4;

    private final RingBuffer ring;
    private final Jiffies jiffies;
    private final Consumer<FlowEvent> consumer;
    private final Thread thread;
    private volatile boolean closed;

    FlowEvents(BpfMap events, Jiffies jiffies, Consumer<FlowEvent> consumer) {
        this.ring = new RingBuffer(events);
        this.jiffies = jiffies;
        this.consumer = consumer;
        this.thread = Thread.ofPlatform().daemon().name("weir-flow-events").unstarted(this::poll);
        thread.start();
    }

    private void poll() {
        while (!closed) {
            // A full batch means that more are waiting.
            if (ring.consume(this::deliver, BATCH) < BATCH) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void deliver(MemorySegment record) {
        try {
            consumer.accept(event(record));
        } catch (RuntimeException failed) {
            LOG.warn("a flow event was not taken: {}", failed.toString());
        }
    }

    private FlowEvent event(MemorySegment record) {
        IpAddress.Family family = Addresses.family(NodeAbi.Event.FAMILY.getInt(record));
        return new FlowEvent(
                NodeAbi.Event.TYPE.get(record) == NodeAbi.EVENT_OPENED ? FlowEvent.Type.OPENED : FlowEvent.Type.CLOSED,
                NodeAbi.Event.TIME.get(record),
                new Flow.Peer(
                        Addresses.read(record, NodeAbi.Event.CLIENT, family), NodeAbi.Event.CLIENT_PORT.getInt(record)),
                new Flow.Peer(Addresses.read(record, NodeAbi.Event.VIP, family), NodeAbi.Event.VIP_PORT.getInt(record)),
                Protocol.ofNumber(NodeAbi.Event.PROTOCOL.getInt(record)),
                NodeAbi.Event.TARGET.getInt(record),
                NodeAbi.Event.PROXY.getInt(record),
                jiffies.duration(NodeAbi.Event.DURATION.get(record)),
                new Flow.Totals(
                        NodeAbi.Event.PACKETS.get(record, FlowAbi.DIRECTION_FORWARD),
                        NodeAbi.Event.BYTES.get(record, FlowAbi.DIRECTION_FORWARD),
                        NodeAbi.Event.PACKETS.get(record, FlowAbi.DIRECTION_REPLY),
                        NodeAbi.Event.BYTES.get(record, FlowAbi.DIRECTION_REPLY)),
                (NodeAbi.Event.FLAGS.getInt(record) & RESET) != 0);
    }

    /** Ends the subscription; what is in the buffer stays for the next. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return; // the thread may still read: its memory stays
        }
        ring.close();
    }
}
