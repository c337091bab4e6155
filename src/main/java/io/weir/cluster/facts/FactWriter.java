package io.weir.cluster.facts;

import io.weir.cluster.facts.FactFrame.Count;
import io.weir.cluster.facts.FactFrame.Told;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Frames as bytes, big-endian. A frame is version, type and body; a list is a count of two bytes and its members; a text is
 * its length in bytes and UTF-8; a time is milliseconds (8), counter (4) and the node's name; a target is the proxy's name,
 * address (1 byte of length 4 or 16, the bytes), zone (empty for none) and port (2). {@link FactReader} reads it back.
 */
final class FactWriter {

    /** 1: neither digests nor their answers name what is checked, and no health is said by hand. */
    static final int VERSION = 2;

    /** No frame is longer: links take 64 KB. */
    static final int LONGEST = 60_000;

    static final int FACTS = 1;
    static final int DIGEST = 2;
    static final int WANTED = 3;
    static final int DONE = 4;
    static final int COUNTS = 5;

    /** Bytes of an error or a reason; the rest is cut off. */
    static final int LONGEST_TEXT = 240;

    /** More than any member of a list takes: names of 64, an address with its zone, two times, a text. */
    private static final int LONGEST_MEMBER = 800;

    private static final int HEAD = 4;

    private final ByteBuffer out;

    private FactWriter(int capacity) {
        this.out = ByteBuffer.allocate(capacity);
    }

    /** In as many frames as it takes, none of which is much longer than said. */
    static List<byte[]> facts(List<Told> told, int about) {
        return list(FACTS, told, about, FactWriter::told);
    }

    static List<byte[]> counts(List<Count> counts) {
        return list(COUNTS, counts, LONGEST, FactWriter::count);
    }

    static byte[] digest(FactFrame.Digest digest) {
        FactWriter writer = head(
                DIGEST,
                HEAD
                        + 1
                        + Long.BYTES * (Buckets.COUNT + 1)
                        + LONGEST_MEMBER * digest.asked().size());
        for (int i = 0; i < Buckets.COUNT; i++) {
            writer.out.putLong(digest.buckets().print(i));
        }
        int kinds =
                digest.kinds().stream().mapToInt(kind -> 1 << kind.ordinal()).sum();
        writer.out.put((byte) kinds).putLong(digest.checks());
        writer.out.putShort((short) digest.asked().size());
        digest.asked().forEach(writer::key);
        return writer.bytes();
    }

    static byte[] wanted(long buckets) {
        FactWriter writer = head(WANTED, 10);
        writer.out.putLong(buckets);
        return writer.bytes();
    }

    static byte[] done(long checks) {
        FactWriter writer = head(DONE, 2 + Long.BYTES);
        writer.out.putLong(checks);
        return writer.bytes();
    }

    /** What two nodes that know the same have alike. */
    static long print(FactKey key, SharedFact fact) {
        FactWriter writer = new FactWriter(LONGEST_MEMBER);
        writer.key(key);
        writer.fact(fact);
        return Buckets.print(writer.out.array(), writer.out.position());
    }

    static long print(FactKey key) {
        FactWriter writer = new FactWriter(LONGEST_MEMBER);
        writer.key(key);
        return Buckets.print(writer.out.array(), writer.out.position());
    }

    private static <M> List<byte[]> list(int type, List<M> members, int about, BiConsumer<FactWriter, M> write) {
        List<byte[]> frames = new ArrayList<>();
        for (int next = 0; next < members.size(); ) {
            int most = Math.min(about, HEAD + LONGEST_MEMBER * (members.size() - next));
            FactWriter writer = head(type, most + LONGEST_MEMBER);
            writer.out.putShort((short) 0);
            int first = next;
            while (next < members.size() && writer.out.position() < about - LONGEST_MEMBER) {
                write.accept(writer, members.get(next++));
            }
            writer.out.putShort(HEAD - 2, (short) (next - first));
            frames.add(writer.bytes());
        }
        return frames;
    }

    private static FactWriter head(int type, int capacity) {
        FactWriter writer = new FactWriter(capacity);
        writer.out.put((byte) VERSION).put((byte) type);
        return writer;
    }

    private byte[] bytes() {
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    private void told(Told told) {
        out.putInt((int) Math.min(told.ageMs(), Integer.MAX_VALUE));
        key(told.key());
        fact(told.fact());
    }

    private void key(FactKey key) {
        out.put((byte) key.kind().ordinal());
        target(key.target());
    }

    private void target(ProxyTarget target) {
        text(target.proxy());
        Endpoint endpoint = target.endpoint();
        byte[] address = endpoint.address().bytes();
        out.put((byte) address.length).put(address);
        text(endpoint.zone().orElse(""));
        out.putShort((short) endpoint.port());
    }

    private void fact(SharedFact fact) {
        switch (fact) {
            case SharedFact.Health health -> {
                flags(health.healthy(), health.upheld(), health.byHand());
                text(health.error());
                time(health.at());
            }
            case SharedFact.Circuit circuit -> {
                out.putLong(circuit.epoch());
                flags(circuit.open(), circuit.held());
                text(circuit.why());
                time(circuit.at());
            }
            case SharedFact.Drain drain -> {
                time(drain.began());
                out.putLong(drain.timeout().toMillis());
                flags(drain.undone().isPresent());
                drain.undone().ifPresent(this::time);
            }
        }
    }

    private void count(Count count) {
        target(count.target());
        time(count.drain());
        out.putLong(count.connections());
    }

    private void time(HybridTime time) {
        out.putLong(time.millis()).putInt(time.counter());
        text(time.node().name());
    }

    /** The first in the lowest bit. */
    private void flags(boolean... flags) {
        int bits = 0;
        for (int i = 0; i < flags.length; i++) {
            bits |= flags[i] ? 1 << i : 0;
        }
        out.put((byte) bits);
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.put((byte) bytes.length).put(bytes);
    }

    /** As much of it as travels, in one line: what was told and what is kept are to be the same. */
    static String shortened(String text) {
        String line = text.codePoints()
                .map(sign -> Character.isISOControl(sign) || Character.isSurrogate((char) sign) && sign < 0x10000
                        ? ' '
                        : sign)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        while (line.getBytes(StandardCharsets.UTF_8).length > LONGEST_TEXT) {
            line = line.substring(0, line.offsetByCodePoints(line.length(), -1));
        }
        return line;
    }
}
