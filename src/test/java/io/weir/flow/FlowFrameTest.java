package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.testing.Seed;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FlowFrameTest {

    @Test
    void what_is_written_is_read() {
        Seed.times(500, random -> {
            FlowFrame frame = Flows.frame(random);
            byte[] bytes = FlowFrameWriter.write(frame);

            assertThat(bytes.length).isLessThanOrEqualTo(PeerLink.MAX_FRAME);
            FlowFrame read = FlowFrameReader.read(bytes);
            assertThat(FlowFrameWriter.write(read)).isEqualTo(bytes);
            if (!(frame instanceof FlowFrame.BucketSums)) { // arrays are equal to themselves alone
                assertThat(read).isEqualTo(frame);
            }
        });
    }

    @Test
    void a_damaged_frame_is_refused_or_is_another_frame_and_nothing_else_happens() {
        Seed.times(5_000, random -> {
            byte[] bytes = FlowFrameWriter.write(Flows.frame(random));
            switch (random.nextInt(3)) {
                case 0 -> bytes[random.nextInt(Math.min(bytes.length, 100))] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 10));
                default -> random.nextBytes(bytes);
            }
            try {
                // What is read can be told on: it is written as it was.
                assertThat(FlowFrameWriter.write(FlowFrameReader.read(bytes))).isEqualTo(bytes);
            } catch (MalformedFlowFrameException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        });
    }

    @Test
    void another_version_is_refused() {
        byte[] bytes = FlowFrameWriter.write(new FlowFrame.Ack(1, 2));
        assertThat(FlowFrameReader.isOfAnotherVersion(bytes)).isFalse();
        bytes[0] = 1;

        assertThat(FlowFrameReader.isOfAnotherVersion(bytes)).isTrue();
        assertThatThrownBy(() -> FlowFrameReader.read(bytes))
                .isInstanceOf(MalformedFlowFrameException.class)
                .hasMessage("version 1 is not known here");
    }

    @Test
    void a_frame_that_goes_on_after_its_end_is_refused() {
        byte[] bytes = FlowFrameWriter.write(new FlowFrame.Ack(1, 2));

        assertThatThrownBy(() -> FlowFrameReader.read(Arrays.copyOf(bytes, bytes.length + 3)))
                .hasMessage("3 bytes are too many");
    }

    @Test
    void a_frame_that_names_what_it_does_not_have_is_refused() {
        byte[] none = ByteBuffer.allocate(FlowFrameWriter.HEAD + 6)
                .put(FlowFrameWriter.VERSION)
                .put(FlowFrameType.CHANGES.number())
                .putShort(FlowFrameWriter.HEAD + 4, (short) 1)
                .array();

        assertThatThrownBy(() -> FlowFrameReader.read(Arrays.copyOf(none, none.length + 20)))
                .hasMessage("it names number 0 of 0");
    }

    @Test
    void silence_of_a_stream_is_refused() {
        byte[] bytes = FlowFrameWriter.write(FlowFrame.Silence.WORD);
        bytes[2] = 1;

        assertThatThrownBy(() -> FlowFrameReader.read(bytes))
                .hasMessage("silence is of a stream, or has a number or a clock");
    }

    @Test
    void a_flow_of_a_listener_that_others_have_too_takes_19_bytes() {
        ChangesWriter writer = new ChangesWriter();
        writer.add(true, Flows.numbered(1));
        int one = writer.bytes();
        writer.add(true, Flows.numbered(2));

        assertThat(writer.bytes() - one).isEqualTo(19);
    }
}
