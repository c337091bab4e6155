package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.libbpf.RingBuffer;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.stats.EventSource;
import io.weir.stats.FlowEvent.Ending;
import io.weir.stats.RawEvent;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;

/** The ring buffer of events, read where it lies. */
final class FlowEvents implements EventSource {

    private static final int BOTH_FINS = FlowAbi.FLOW_FIN_CLIENT | FlowAbi.FLOW_FIN_TARGET;

    private final RingBuffer ring;
    private final Jiffies jiffies;
    private final Counters counters;

    FlowEvents(BpfMap events, Jiffies jiffies, Counters counters) {
        this.ring = new RingBuffer(events);
        this.jiffies = jiffies;
        this.counters = counters;
    }

    @Override
    public int read(Consumer<RawEvent> consumer, int limit) {
        return ring.consume(record -> consumer.accept(event(record)), limit);
    }

    @Override
    public long lost() {
        return KernelErrors.told(counters::eventsLost);
    }

    private RawEvent event(MemorySegment record) {
        IpAddress.Family family = Addresses.family(NodeAbi.Event.FAMILY.getInt(record));
        return new RawEvent(
                NodeAbi.Event.TIME.get(record),
                Protocol.ofNumber(NodeAbi.Event.PROTOCOL.getInt(record)),
                new Flow.Peer(
                        Addresses.read(record, NodeAbi.Event.CLIENT, family), NodeAbi.Event.CLIENT_PORT.getInt(record)),
                new Flow.Peer(Addresses.read(record, NodeAbi.Event.VIP, family), NodeAbi.Event.VIP_PORT.getInt(record)),
                NodeAbi.Event.PROXY.getInt(record),
                NodeAbi.Event.TARGET.getInt(record),
                NodeAbi.Event.TYPE.get(record) == NodeAbi.EVENT_OPENED ? opening(record) : end(record));
    }

    private RawEvent.Opening opening(MemorySegment record) {
        long micros = NodeAbi.Event.HANDSHAKE.get(record);
        return new RawEvent.Opening(
                micros == 0 ? Optional.empty() : Optional.of(Duration.of(micros, ChronoUnit.MICROS)),
                (NodeAbi.Event.FLAGS.getInt(record) & FlowAbi.FLOW_PROMOTED) != 0,
                jiffies.duration(NodeAbi.Event.DURATION.get(record)));
    }

    private RawEvent.End end(MemorySegment record) {
        return new RawEvent.End(
                jiffies.duration(NodeAbi.Event.DURATION.get(record)),
                idle(NodeAbi.Event.IDLE.get(record)),
                new Flow.Totals(
                        NodeAbi.Event.PACKETS.get(record, FlowAbi.DIRECTION_FORWARD),
                        NodeAbi.Event.BYTES.get(record, FlowAbi.DIRECTION_FORWARD),
                        NodeAbi.Event.PACKETS.get(record, FlowAbi.DIRECTION_REPLY),
                        NodeAbi.Event.BYTES.get(record, FlowAbi.DIRECTION_REPLY)),
                ending(NodeAbi.Event.FLAGS.getInt(record)));
    }

    /** The last packet is known to a tick, and the opening exactly: rounded up, an end would seem to come before it. */
    private Duration idle(long ticks) {
        return jiffies.duration(Math.max(0, ticks - 1));
    }

    private static Ending ending(int flags) {
        if ((flags & FlowAbi.FLOW_DELETED) != 0) {
            return Ending.DELETED;
        }
        if ((flags & FlowAbi.FLOW_RESET) != 0) {
            return Ending.RESET;
        }
        return (flags & BOTH_FINS) == BOTH_FINS ? Ending.FIN : Ending.TIMEOUT;
    }

    @Override
    public void close() {
        ring.close();
    }
}
