package io.weir.cluster.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cluster.facts.FactFrame.Count;
import io.weir.cluster.facts.FactFrame.Told;
import io.weir.model.Endpoint;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Kind;
import io.weir.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FactFrameTest {

    @Test
    void what_is_read_is_what_was_written() {
        Seed.times(500, random -> {
            FactFrame frame = frame(random);
            List<byte[]> written = written(frame);
            assertThat(written).hasSize(1);
            assertThat(FactReader.read(written.getFirst())).isEqualTo(frame);
        });
    }

    @Test
    void a_frame_that_ends_too_early_or_too_late_is_malformed() {
        Seed.times(300, random -> {
            byte[] whole = written(frame(random)).getFirst();
            byte[] part = Arrays.copyOf(whole, random.nextInt(whole.length));
            byte[] more = Arrays.copyOf(whole, whole.length + 1);
            assertThatThrownBy(() -> FactReader.read(part)).isInstanceOf(MalformedFactsException.class);
            assertThatThrownBy(() -> FactReader.read(more)).isInstanceOf(MalformedFactsException.class);
        });
    }

    /** What comes of it is a frame that is written back as it was, or refused: nothing else, and nothing is thrown but that. */
    @Test
    void a_frame_with_wrong_bytes_is_malformed_or_another_frame() {
        Seed.times(20_000, random -> {
            byte[] bytes = written(frame(random)).getFirst();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                FactFrame read = FactReader.read(bytes);
                assertThat(read).isEqualTo(FactReader.read(written(read).getFirst()));
            } catch (MalformedFactsException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        });
    }

    @Test
    void noise_is_malformed() {
        Seed.times(20_000, random -> {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            if (noise.length > 1 && random.nextBoolean()) {
                noise[0] = FactWriter.VERSION;
                noise[1] = (byte) (1 + random.nextInt(5));
            }
            try {
                FactReader.read(noise);
            } catch (MalformedFactsException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        });
    }

    @Test
    void many_facts_go_into_frames_of_the_length_that_was_asked_for() throws MalformedFactsException {
        Random random = Seed.random(1);
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            told.add(told(random));
        }
        List<byte[]> frames = FactWriter.facts(told, 8_000);

        assertThat(frames).allSatisfy(frame -> assertThat(frame).hasSizeLessThan(8_000));
        List<Told> read = new ArrayList<>();
        for (byte[] frame : frames) {
            read.addAll(((FactFrame.Facts) FactReader.read(frame)).told());
        }
        assertThat(read).isEqualTo(told);
    }

    @Test
    void a_reason_is_one_line_and_not_too_long_for_a_frame() {
        assertThat(FactWriter.shortened("connection\nrefused\0")).isEqualTo("connection refused ");
        assertThat(FactWriter.shortened("ü".repeat(200))).isEqualTo("ü".repeat(120));
        assertThat(FactWriter.shortened("a" + "😀".repeat(100))).isEqualTo("a" + "😀".repeat(59));
        assertThat(FactWriter.shortened("half a \ud83d sign")).isEqualTo("half a   sign");
    }

    @Test
    void another_version_is_told_from_noise() {
        byte[] frame = FactWriter.done(0);
        frame[0]++;
        assertThat(FactReader.isOfAnotherVersion(frame)).isTrue();
        assertThat(FactReader.isOfAnotherVersion(FactWriter.done(0))).isFalse();
        assertThat(FactReader.isOfAnotherVersion(new byte[0])).isFalse();
    }

    private static List<byte[]> written(FactFrame frame) {
        return switch (frame) {
            case FactFrame.Facts facts ->
                facts.told().isEmpty()
                        ? List.of(FactWriter.done(0))
                        : FactWriter.facts(facts.told(), FactWriter.LONGEST);
            case FactFrame.Digest digest -> List.of(FactWriter.digest(digest));
            case FactFrame.Wanted wanted -> List.of(FactWriter.wanted(wanted.buckets()));
            case FactFrame.Done done -> List.of(FactWriter.done(done.checks()));
            case FactFrame.Counts counts -> FactWriter.counts(counts.counts());
        };
    }

    private static FactFrame frame(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new FactFrame.Facts(some(random, FactFrameTest::told));
            case 1 -> {
                long[] prints = new long[Buckets.COUNT];
                Arrays.setAll(prints, _ -> random.nextLong());
                Set<Kind> kinds = EnumSet.noneOf(Kind.class);
                Arrays.stream(Kind.values()).filter(_ -> random.nextBoolean()).forEach(kinds::add);
                yield new FactFrame.Digest(
                        new Buckets(prints), kinds, random.nextLong(), some(random, FactFrameTest::key));
            }
            case 2 -> new FactFrame.Wanted(random.nextLong());
            case 3 -> new FactFrame.Done(random.nextLong());
            default -> new FactFrame.Counts(some(random, r -> new Count(target(r), time(r), r.nextInt(100))));
        };
    }

    private static <T> List<T> some(Random random, Function<Random, T> one) {
        List<T> some = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            some.add(one.apply(random));
        }
        return some;
    }

    private static Told told(Random random) {
        FactKey key = key(random);
        boolean flag = random.nextBoolean();
        SharedFact fact = switch (key.kind()) {
            case HEALTH ->
                new SharedFact.Health(
                        flag, flag ? "" : "überlastet", random.nextBoolean(), random.nextBoolean(), time(random));
            case CIRCUIT ->
                new SharedFact.Circuit(
                        1 + random.nextInt(9), flag, flag && random.nextBoolean(), "5 errors", time(random));
            case DRAIN ->
                new SharedFact.Drain(
                        time(random),
                        Duration.ofMillis(random.nextInt(60_000)),
                        flag ? Optional.of(time(random)) : Optional.empty());
        };
        return new Told(key, fact, random.nextInt(100_000));
    }

    private static FactKey key(Random random) {
        return new FactKey(target(random), Kind.values()[random.nextInt(3)]);
    }

    private static ProxyTarget target(Random random) {
        Endpoint endpoint = switch (random.nextInt(3)) {
            case 0 -> Endpoint.of("10.0.0." + random.nextInt(256), 1 + random.nextInt(65_535));
            case 1 -> Endpoint.of("2001:db8::" + random.nextInt(10), 1 + random.nextInt(65_535));
            default -> Endpoint.of("fe80::" + random.nextInt(10) + "%eth0", 80);
        };
        return new ProxyTarget("web-" + random.nextInt(100), endpoint);
    }

    private static HybridTime time(Random random) {
        return new HybridTime(random.nextInt(1_000_000), random.nextInt(10), new NodeId("lb-" + random.nextInt(5)));
    }
}
