package io.weir.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class HandshakeTest {

    private static void refused(LinkRefusal refusal, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedLinkException.class, e -> assertThat(e.refusal()).isEqualTo(refusal));
    }

    private static LinkRefusal refusal(Keyring keyring, Nonces nonces, byte[] bytes) throws IOException {
        try {
            Pair.handshake(Pair.CALLED, keyring)
                    .answer(nonces, new ByteArrayInputStream(bytes), new ByteArrayOutputStream());
            throw new AssertionError("let in: " + HexFormat.of().formatHex(bytes));
        } catch (RefusedLinkException refused) {
            return refused.refusal();
        }
    }

    @Test
    void two_nodes_with_a_key_in_common_know_each_other() throws IOException {
        Pair pair = Pair.of(Pair.keys(1, 2), Pair.keys(3, 2));
        assertThat(pair.caller.peer()).isEqualTo(Pair.CALLED);
        assertThat(pair.called.peer()).isEqualTo(Pair.CALLER);
        assertThat(pair.called.kind()).isEqualTo(LinkKind.FLOWS);
        assertThat(pair.caller.key()).isEqualTo(Pair.TWO.keys().getFirst().id()).isEqualTo(pair.called.key());
    }

    @Test
    void the_first_key_of_the_caller_that_the_called_one_has_seals() throws IOException {
        assertThat(Pair.of(Pair.keys(1, 2), Pair.keys(2, 1)).caller.key())
                .isEqualTo(Pair.ONE.keys().getFirst().id());
    }

    @Test
    void frames_go_both_ways() throws IOException {
        Pair pair = Pair.of(Pair.ONE, Pair.ONE);
        pair.caller.writer().write(SealedFrame.data(new byte[] {1, 2, 3}));
        pair.caller.writer().write(SealedFrame.ask());
        pair.caller.writer().flush();
        assertThat(pair.called.reader().next(3).orElseThrow().content()).containsExactly(1, 2, 3);
        assertThat(pair.called.reader().next(0).orElseThrow().type()).isEqualTo(SealedFrame.Type.ASK);
        pair.called.writer().write(SealedFrame.answer());
        pair.called.writer().flush();
        assertThat(pair.caller.reader().next(0).orElseThrow().type()).isEqualTo(SealedFrame.Type.ANSWER);
    }

    @Test
    void nothing_of_a_frame_or_a_name_is_readable_on_the_way() throws IOException {
        Pair pair = Pair.of(Pair.ONE, Pair.ONE);
        pair.caller.writer().write(SealedFrame.data("a secret of the flows".getBytes()));
        pair.caller.writer().flush();
        String sent = new String(pair.toCalled.all(), StandardCharsets.ISO_8859_1);
        assertThat(sent).startsWith("WEIR").doesNotContain("secret", "caller", "127.0.0.1");
    }

    @Test
    void without_a_keyring_on_both_sides_frames_are_plain() throws IOException {
        Pair pair = Pair.of(Keyring.none(), Keyring.none());
        pair.caller.writer().write(SealedFrame.data("plain".getBytes()));
        pair.caller.writer().flush();
        assertThat(pair.called.reader().next(5).orElseThrow().content()).isEqualTo("plain".getBytes());
    }

    @Test
    void a_caller_without_a_key_of_ours_is_refused() {
        refused(LinkRefusal.NO_KEY, () -> Pair.of(Pair.TWO, Pair.ONE));
        refused(LinkRefusal.NO_KEY, () -> Pair.of(Keyring.none(), Pair.ONE));
        refused(LinkRefusal.NO_KEY, () -> Pair.of(Pair.ONE, Keyring.none()));
    }

    /** The names of keys go in the clear, so anybody can learn one. */
    @Test
    void who_only_knows_the_name_of_a_key_is_refused() throws IOException {
        Hello hello = new Hello(
                LinkKind.CONTROL,
                new byte[32],
                List.of(Pair.ONE.keys().getFirst().id()));
        byte[] frame = new byte[4 + 100];
        frame[3] = 100;
        assertThat(refusal(Pair.ONE, new Nonces(), join(hello.bytes(), frame))).isEqualTo(LinkRefusal.WRONG_KEY);
    }

    /** A man in the middle who answers for the node that is called. */
    @Test
    void a_called_one_that_only_knows_the_name_of_the_key_is_refused() {
        byte[] reply = new Reply(Reply.Verdict.TAKEN, Pair.ONE.keys().getFirst().id(), new byte[32]).bytes();
        byte[] frame = new byte[4 + 100];
        frame[3] = 100;
        refused(
                LinkRefusal.WRONG_KEY,
                () -> Pair.handshake(Pair.CALLER, Pair.ONE)
                        .call(
                                LinkKind.CONTROL,
                                new ByteArrayInputStream(join(reply, frame)),
                                new ByteArrayOutputStream()));
    }

    @Test
    void a_called_one_cannot_talk_a_caller_into_plain_frames() {
        byte[] reply = new Reply(Reply.Verdict.TAKEN, 0, new byte[32]).bytes();
        refused(
                LinkRefusal.NO_KEY,
                () -> Pair.handshake(Pair.CALLER, Pair.ONE)
                        .call(LinkKind.CONTROL, new ByteArrayInputStream(reply), new ByteArrayOutputStream()));
    }

    /** The same words, sent to a node that has not heard them: the nonce it adds is another one. */
    @Test
    void a_session_that_was_recorded_opens_nothing() throws IOException {
        Pair pair = Pair.of(Pair.ONE, Pair.ONE);
        pair.caller.writer().write(SealedFrame.data(new byte[100]));
        pair.caller.writer().flush();
        assertThat(refusal(Pair.ONE, new Nonces(), pair.toCalled.all())).isEqualTo(LinkRefusal.WRONG_KEY);
    }

    @Test
    void a_session_that_is_played_back_is_told_from_a_wrong_key() throws IOException {
        Nonces nonces = new Nonces();
        Pair pair = Pair.of(Pair.ONE, Pair.ONE, nonces);
        assertThat(refusal(Pair.ONE, nonces, pair.toCalled.all())).isEqualTo(LinkRefusal.REPLAYED);
    }

    @Test
    void what_one_side_sealed_does_not_open_as_the_others() throws IOException {
        Pair pair = Pair.of(Pair.ONE, Pair.ONE);
        pair.caller.writer().write(SealedFrame.data(new byte[10]));
        byte[] sent = pair.toCalled.all();
        byte[] frame = Arrays.copyOfRange(sent, sent.length - (4 + 1 + 10 + 16), sent.length);
        pair.toCaller.in.write(frame);
        refused(LinkRefusal.FORGED, () -> pair.caller.reader().next(10));
    }

    @Test
    void every_beginning_of_a_good_call_alone_is_truncated() throws IOException {
        byte[] good = new Hello(
                        LinkKind.FACTS,
                        new byte[32],
                        List.of(Pair.ONE.keys().getFirst().id()))
                .bytes();
        for (int length = 0; length <= good.length; length++) {
            assertThat(refusal(Pair.ONE, new Nonces(), Arrays.copyOf(good, length)))
                    .as("%d bytes", length)
                    .isEqualTo(LinkRefusal.TRUNCATED);
        }
    }

    @Test
    void other_words_other_versions_and_impossible_counts_are_refused_by_name() throws IOException {
        assertThat(refusal(Pair.ONE, new Nonces(), "GET / HTTP/1.1\r\n\r\n".getBytes()))
                .isEqualTo(LinkRefusal.MALFORMED);
        assertThat(changed(bytes -> set(bytes, 4, 2))).isEqualTo(LinkRefusal.UNKNOWN_VERSION);
        assertThat(changed(bytes -> set(bytes, 5, 9))).isEqualTo(LinkRefusal.MALFORMED);
        assertThat(changed(bytes -> set(bytes, 6, 200))).isEqualTo(LinkRefusal.MALFORMED);
    }

    private static LinkRefusal changed(UnaryOperator<byte[]> change) throws IOException {
        byte[] good = new Hello(
                        LinkKind.FACTS,
                        new byte[32],
                        List.of(Pair.ONE.keys().getFirst().id()))
                .bytes();
        return refusal(Pair.ONE, new Nonces(), change.apply(good));
    }

    private static byte[] set(byte[] bytes, int place, int value) {
        bytes[place] = (byte) value;
        return bytes;
    }

    /** No stranger gets in, and none gets more out than a refusal. */
    @Test
    void nothing_random_is_ever_let_in() {
        Nonces nonces = new Nonces();
        Seed.times(2000, random -> {
            byte[] bytes = random.nextBoolean() ? random(random, 200) : almost(random);
            assertThat(refusal(Pair.ONE, nonces, bytes)).isNotNull();
        });
    }

    private static byte[] almost(Random random) {
        byte[] nonce = random(random, 32);
        byte[] call = new Hello(
                        LinkKind.values()[random.nextInt(3)],
                        Arrays.copyOf(nonce, 32),
                        List.of(Pair.ONE.keys().getFirst().id()))
                .bytes();
        byte[] bytes = join(call, random(random, 400));
        if (random.nextInt(4) == 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    static byte[] random(Random random, int atMost) {
        byte[] bytes = new byte[random.nextInt(atMost + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
