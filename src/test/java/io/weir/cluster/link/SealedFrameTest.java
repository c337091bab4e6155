package io.weir.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is sealed in one session, and what becomes of it on a bad way. */
class SealedFrameTest {

    private static final int LIMIT = 100;

    private static Seal seal() {
        return new Seal(Pair.ONE.keys().getFirst().derive(new byte[32], Key.ascii("a test")));
    }

    /** Frames as they stand on the wire, in order. */
    private static List<byte[]> sealed(int count, int length) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SealedFrameWriter writer = new SealedFrameWriter(out, Optional.of(seal()));
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[length];
            Arrays.fill(content, (byte) i);
            writer.write(SealedFrame.data(content));
            frames.add(out.toByteArray());
            out.reset();
        }
        return frames;
    }

    private static SealedFrameReader reader(byte[]... wire) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] bytes : wire) {
            all.writeBytes(bytes);
        }
        return new SealedFrameReader(new ByteArrayInputStream(all.toByteArray()), Optional.of(seal()));
    }

    private static void refuses(SealedFrameReader reader, LinkRefusal refusal) {
        assertThatThrownBy(() -> reader.next(LIMIT))
                .isInstanceOfSatisfying(
                        RefusedLinkException.class, e -> assertThat(e.refusal()).isEqualTo(refusal));
    }

    @Test
    void frames_come_out_as_they_went_in_and_then_the_end() throws IOException {
        SealedFrameReader reader = reader(sealed(3, 5).toArray(byte[][]::new));
        for (int i = 0; i < 3; i++) {
            assertThat(reader.next(LIMIT).orElseThrow().content()).hasSize(5).containsOnly(i);
        }
        assertThat(reader.next(LIMIT)).isEmpty();
    }

    @Test
    void a_frame_that_comes_again_is_replayed() throws IOException {
        List<byte[]> frames = sealed(3, 5);
        SealedFrameReader reader = reader(frames.get(0), frames.get(1), frames.get(0));
        reader.next(LIMIT);
        reader.next(LIMIT);
        refuses(reader, LinkRefusal.REPLAYED);
    }

    @Test
    void a_frame_before_its_turn_or_one_left_out_is_refused() throws IOException {
        List<byte[]> frames = sealed(3, 5);
        SealedFrameReader reader = reader(frames.get(0), frames.get(2));
        reader.next(LIMIT);
        refuses(reader, LinkRefusal.FORGED);
    }

    @Test
    void a_frame_that_is_cut_off_is_truncated_wherever_it_is_cut() throws IOException {
        byte[] frame = sealed(1, 5).getFirst();
        for (int length = 1; length < frame.length; length++) {
            refuses(reader(Arrays.copyOf(frame, length)), LinkRefusal.TRUNCATED);
        }
    }

    @Test
    void a_frame_as_long_as_allowed_passes_and_a_longer_one_is_refused_before_it_is_read() throws IOException {
        assertThat(reader(sealed(1, LIMIT).getFirst()).next(LIMIT).orElseThrow().content())
                .hasSize(LIMIT);
        refuses(reader(Arrays.copyOf(sealed(1, LIMIT + 1).getFirst(), 4)), LinkRefusal.OVERSIZED);
        refuses(reader(new byte[] {0x7f, -1, -1, -1}), LinkRefusal.OVERSIZED);
    }

    @Test
    void a_length_that_holds_no_tag_or_is_negative_is_malformed() {
        refuses(reader(new byte[] {0, 0, 0, 16}), LinkRefusal.MALFORMED);
        refuses(reader(new byte[] {-1, -1, -1, -1}), LinkRefusal.MALFORMED);
    }

    @Test
    void every_bit_counts() throws IOException {
        List<byte[]> frames = sealed(2, 5);
        for (int bit = 0; bit < 8 * frames.get(1).length; bit++) {
            byte[] changed = frames.get(1).clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            SealedFrameReader reader = reader(frames.get(0), changed);
            reader.next(LIMIT);
            assertThatThrownBy(() -> reader.next(LIMIT)).isInstanceOf(RefusedLinkException.class);
        }
    }

    @Test
    void plain_frames_of_a_type_that_is_none_are_malformed() {
        SealedFrameReader reader =
                new SealedFrameReader(new ByteArrayInputStream(new byte[] {0, 0, 0, 1, 99}), Optional.empty());
        refuses(reader, LinkRefusal.MALFORMED);
    }

    @Test
    void nothing_random_opens() {
        Seed.times(500, random -> {
            byte[] bytes = HandshakeTest.random(random, 300);
            if (bytes.length > 4) {
                bytes[0] = bytes[1] = bytes[2] = 0;
            }
            SealedFrameReader reader = reader(bytes);
            try {
                assertThat(reader.next(LIMIT)).isEmpty();
                assertThat(bytes).isEmpty();
            } catch (RefusedLinkException refused) {
                assertThat(refused.refusal()).isNotNull();
            }
        });
    }
}
