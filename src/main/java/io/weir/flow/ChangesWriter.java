package io.weir.flow;

import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Collects changes of flows for a frame. What many have in common stands once: listeners and targets, to which a flow then names
 * the place.
 *
 * <pre>
 * listeners (2), then each: bits (1; 1: UDP, 2: IPv6), address (4 or 16), port (2), length of the proxy's name (1), the name
 * targets (2), then each: bits (1; 2: IPv6), address (4 or 16), port (2), length of the zone's name (1), the name
 * flows (2), then each: bits (1; 1: carried no more), listener (2), target (2), client's address (4 or 16), port (2),
 *         age (4) and idle time (4) in milliseconds
 * </pre>
 */
final class ChangesWriter {

    static final int UDP = 1;
    static final int V6 = 2;
    static final int CLOSED = 1;

    /** Of a body: what a peer applies at once is a few milliseconds of its time. */
    static final int LIMIT = 32_768;

    private static final int MOST = 65_535;

    private final Map<Listener, Integer> listeners = new HashMap<>();
    private final Map<Endpoint, Integer> targets = new HashMap<>();
    private final ByteBuffer listenerBytes = ByteBuffer.allocate(LIMIT);
    private final ByteBuffer targetBytes = ByteBuffer.allocate(LIMIT);
    private final ByteBuffer flowBytes = ByteBuffer.allocate(LIMIT);
    private int flows;

    /** What the flows of a listener have in common. */
    record Listener(Protocol protocol, Flow.Peer vip, String proxy) {}

    boolean isEmpty() {
        return flows == 0;
    }

    int bytes() {
        return FlowFrameWriter.HEAD + 6 + listenerBytes.position() + targetBytes.position() + flowBytes.position();
    }

    /** @return false when the frame is full: finish it, and add this one to the next */
    boolean add(boolean open, FlowRecord flow) {
        // More than any flow takes with its listener and its target.
        if (bytes() > LIMIT - 512 || flows == MOST) {
            return false;
        }
        int listener = place(listeners, new Listener(flow.protocol(), flow.vip(), flow.proxy()), this::write);
        int target = place(targets, flow.target(), this::write);
        flowBytes
                .put((byte) (open ? 0 : CLOSED))
                .putShort((short) listener)
                .putShort((short) target)
                .put(flow.client().address().bytes())
                .putShort((short) flow.client().port())
                .putInt(millis(flow.age()))
                .putInt(millis(flow.idle()));
        flows++;
        return true;
    }

    /** The frame; this begins anew. */
    byte[] finish(FlowFrame.Head head) {
        ByteBuffer frame = FlowFrameWriter.told(FlowFrameType.CHANGES, head, bytes() - FlowFrameWriter.HEAD);
        frame.putShort((short) listeners.size()).put(listenerBytes.flip());
        frame.putShort((short) targets.size()).put(targetBytes.flip());
        frame.putShort((short) flows).put(flowBytes.flip());
        clear();
        return frame.array();
    }

    void clear() {
        listeners.clear();
        targets.clear();
        listenerBytes.clear();
        targetBytes.clear();
        flowBytes.clear();
        flows = 0;
    }

    private static <K> int place(Map<K, Integer> known, K thing, Consumer<K> write) {
        Integer place = known.get(thing);
        if (place == null) {
            place = known.size();
            known.put(thing, place);
            write.accept(thing);
        }
        return place;
    }

    private void write(Listener listener) {
        IpAddress address = listener.vip().address();
        listenerBytes
                .put((byte) ((listener.protocol() == Protocol.UDP ? UDP : 0) | family(address)))
                .put(address.bytes())
                .putShort((short) listener.vip().port());
        name(listenerBytes, listener.proxy());
    }

    private void write(Endpoint target) {
        targetBytes
                .put((byte) family(target.address()))
                .put(target.address().bytes())
                .putShort((short) target.port());
        name(targetBytes, target.zone().orElse(""));
    }

    private static int family(IpAddress address) {
        return address.family() == IpAddress.Family.V6 ? V6 : 0;
    }

    private static void name(ByteBuffer to, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        to.put((byte) bytes.length).put(bytes);
    }

    private static int millis(Duration time) {
        return (int) Math.clamp(time.toMillis(), 0, 0xffff_ffffL);
    }
}
