package io.weir.cluster.facts;

import io.weir.cluster.facts.FactFrame.Count;
import io.weir.cluster.facts.FactFrame.Told;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what {@link FactWriter} writes, and nothing else: every byte has to be what it may be, and none may be left. */
final class FactReader {

    private static final SharedFact.Kind[] KINDS = SharedFact.Kind.values();
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

    private final ByteBuffer in;

    private FactReader(byte[] frame) {
        this.in = ByteBuffer.wrap(frame);
    }

    /** Whether a node of another version wrote it, which is to be told apart from rubbish. */
    static boolean isOfAnotherVersion(byte[] frame) {
        return frame.length > 0 && frame[0] != FactWriter.VERSION;
    }

    static FactFrame read(byte[] frame) throws MalformedFactsException {
        if (frame.length > FactWriter.LONGEST + 1_000) {
            throw new MalformedFactsException("a frame has " + frame.length + " bytes");
        }
        FactReader reader = new FactReader(frame);
        try {
            FactFrame read = reader.frame();
            if (reader.in.hasRemaining()) {
                throw new MalformedFactsException(reader.in.remaining() + " bytes follow the end of a frame");
            }
            return read;
        } catch (BufferUnderflowException truncated) {
            throw new MalformedFactsException("a frame of " + frame.length + " bytes ends too early", truncated);
        } catch (IllegalArgumentException | ArithmeticException impossible) {
            throw new MalformedFactsException(String.valueOf(impossible.getMessage()), impossible);
        }
    }

    private FactFrame frame() throws MalformedFactsException {
        require(in.get() == FactWriter.VERSION, "a version");
        return switch (in.get()) {
            case FactWriter.FACTS -> new FactFrame.Facts(list(FactReader::told));
            case FactWriter.DIGEST -> new FactFrame.Digest(buckets(), kinds(), in.getLong(), list(FactReader::key));
            case FactWriter.WANTED -> new FactFrame.Wanted(in.getLong());
            case FactWriter.DONE -> new FactFrame.Done(in.getLong());
            case FactWriter.COUNTS -> new FactFrame.Counts(list(FactReader::count));
            default -> throw new MalformedFactsException("no type of frames is this");
        };
    }

    private interface Member<M> {
        M read(FactReader reader) throws MalformedFactsException;
    }

    /** Grows with what is there, not with what is announced. */
    private <M> List<M> list(Member<M> member) throws MalformedFactsException {
        int count = in.getShort() & 0xffff;
        List<M> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(member.read(this));
        }
        return members;
    }

    private Buckets buckets() {
        long[] prints = new long[Buckets.COUNT];
        for (int i = 0; i < prints.length; i++) {
            prints[i] = in.getLong();
        }
        return new Buckets(prints);
    }

    private Set<SharedFact.Kind> kinds() throws MalformedFactsException {
        int bits = in.get();
        require(bits >= 0 && bits < 1 << KINDS.length, "kinds");
        Set<SharedFact.Kind> kinds = EnumSet.noneOf(SharedFact.Kind.class);
        for (SharedFact.Kind kind : KINDS) {
            if ((bits & 1 << kind.ordinal()) != 0) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    private Told told() throws MalformedFactsException {
        int age = in.getInt();
        require(age >= 0, "an age");
        FactKey key = key();
        return new Told(key, fact(key.kind()), age);
    }

    private FactKey key() throws MalformedFactsException {
        int kind = in.get();
        require(kind >= 0 && kind < KINDS.length, "a kind");
        return new FactKey(target(), KINDS[kind]);
    }

    private ProxyTarget target() throws MalformedFactsException {
        String proxy = text(64);
        require(proxy.matches("[A-Za-z0-9._-]{1,64}"), "a proxy's name");
        int length = in.get();
        require(length == 4 || length == 16, "the length of an address");
        byte[] address = new byte[length];
        in.get(address);
        String zone = text(15);
        int port = in.getShort() & 0xffff;
        Optional<String> scope = zone.isEmpty() ? Optional.empty() : Optional.of(zone);
        return new ProxyTarget(proxy, new Endpoint(IpAddress.ofBytes(address), scope, port));
    }

    private SharedFact fact(SharedFact.Kind kind) throws MalformedFactsException {
        return switch (kind) {
            case HEALTH -> {
                int flags = flags(7);
                yield new SharedFact.Health((flags & 1) != 0, line(), (flags & 2) != 0, (flags & 4) != 0, time());
            }
            case CIRCUIT -> {
                long epoch = in.getLong();
                int flags = flags(3);
                yield new SharedFact.Circuit(epoch, (flags & 1) != 0, (flags & 2) != 0, line(), time());
            }
            case DRAIN -> {
                HybridTime began = time();
                long timeout = in.getLong();
                require(timeout >= 0 && timeout <= LONGEST_TIMEOUT.toMillis(), "a timeout");
                Optional<HybridTime> undone = flags(1) == 1 ? Optional.of(time()) : Optional.empty();
                yield new SharedFact.Drain(began, Duration.ofMillis(timeout), undone);
            }
        };
    }

    private Count count() throws MalformedFactsException {
        ProxyTarget target = target();
        HybridTime drain = time();
        long connections = in.getLong();
        require(connections >= 0, "a number of connections");
        return new Count(target, drain, connections);
    }

    private HybridTime time() throws MalformedFactsException {
        return new HybridTime(in.getLong(), in.getInt(), new NodeId(text(64)));
    }

    private int flags(int most) throws MalformedFactsException {
        int flags = in.get();
        require(flags >= 0 && flags <= most, "a flag");
        return flags;
    }

    private String line() throws MalformedFactsException {
        String line = text(FactWriter.LONGEST_TEXT);
        require(line.chars().noneMatch(Character::isISOControl), "a line of text");
        return line;
    }

    private String text(int longest) throws MalformedFactsException {
        int length = in.get() & 0xff;
        require(length <= longest, "the length of a text");
        byte[] bytes = new byte[length];
        in.get(bytes);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFactsException("a text is not UTF-8", e);
        }
    }

    private static void require(boolean is, String what) throws MalformedFactsException {
        if (!is) {
            throw new MalformedFactsException("this is not " + what);
        }
    }
}
