package io.weir.flow;

import io.weir.flow.ChangesWriter.Listener;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads what {@link ChangesWriter} collects. */
final class ChangesReader {

    /** A proxy's name, as the configuration has it; empty when it is not there any more. */
    private static final Pattern PROXY = Pattern.compile("[A-Za-z0-9._-]{0,64}");

    private ChangesReader() {}

    static List<FlowFrame.Change> read(ByteBuffer frame) {
        List<Listener> listeners = all(frame, ChangesReader::listener);
        List<Endpoint> targets = all(frame, ChangesReader::target);
        return all(frame, bytes -> change(bytes, listeners, targets));
    }

    private static <T> List<T> all(ByteBuffer frame, Function<ByteBuffer, T> one) {
        int count = unsigned(frame.getShort());
        // Nothing takes less than seven bytes: a count that lies makes no list of its size.
        List<T> read = new ArrayList<>(Math.min(count, frame.remaining() / 7));
        for (int i = 0; i < count; i++) {
            read.add(one.apply(frame));
        }
        return read;
    }

    private static Listener listener(ByteBuffer frame) {
        int bits = bits(frame, ChangesWriter.UDP | ChangesWriter.V6);
        Flow.Peer vip = new Flow.Peer(address(frame, (bits & ChangesWriter.V6) != 0), unsigned(frame.getShort()));
        String proxy = name(frame);
        if (!PROXY.matcher(proxy).matches()) {
            throw new MalformedFlowFrameException("no proxy has such a name");
        }
        return new Listener((bits & ChangesWriter.UDP) != 0 ? Protocol.UDP : Protocol.TCP, vip, proxy);
    }

    private static Endpoint target(ByteBuffer frame) {
        int bits = bits(frame, ChangesWriter.V6);
        IpAddress address = address(frame, (bits & ChangesWriter.V6) != 0);
        int port = unsigned(frame.getShort());
        String zone = name(frame);
        try {
            return new Endpoint(address, zone.isEmpty() ? Optional.empty() : Optional.of(zone), port);
        } catch (IllegalArgumentException refused) {
            throw new MalformedFlowFrameException("no target is like that: " + refused.getMessage());
        }
    }

    private static FlowFrame.Change change(ByteBuffer frame, List<Listener> listeners, List<Endpoint> targets) {
        boolean open = bits(frame, ChangesWriter.CLOSED) == 0;
        Listener listener = place(listeners, frame);
        Endpoint target = place(targets, frame);
        IpAddress client = address(frame, listener.vip().address().family() == IpAddress.Family.V6);
        Flow.Peer peer = new Flow.Peer(client, unsigned(frame.getShort()));
        return new FlowFrame.Change(
                open,
                new FlowRecord(
                        listener.protocol(),
                        peer,
                        listener.vip(),
                        target,
                        listener.proxy(),
                        millis(frame),
                        millis(frame)));
    }

    private static <T> T place(List<T> things, ByteBuffer frame) {
        int place = unsigned(frame.getShort());
        if (place >= things.size()) {
            throw new MalformedFlowFrameException("it names number " + place + " of " + things.size());
        }
        return things.get(place);
    }

    private static int bits(ByteBuffer frame, int known) {
        int bits = frame.get();
        if ((bits & ~known) != 0) {
            throw new MalformedFlowFrameException("bits " + bits + " are not known here");
        }
        return bits;
    }

    private static IpAddress address(ByteBuffer frame, boolean v6) {
        return v6
                ? new IpAddress(IpAddress.Family.V6, frame.getLong(), frame.getLong())
                : new IpAddress(IpAddress.Family.V4, 0, frame.getInt() & 0xffff_ffffL);
    }

    private static String name(ByteBuffer frame) {
        byte[] bytes = new byte[frame.get() & 0xff];
        frame.get(bytes);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException broken) {
            throw new MalformedFlowFrameException("a name is no UTF-8");
        }
    }

    private static Duration millis(ByteBuffer frame) {
        return Duration.ofMillis(frame.getInt() & 0xffff_ffffL);
    }

    private static int unsigned(short word) {
        return word & 0xffff;
    }
}
