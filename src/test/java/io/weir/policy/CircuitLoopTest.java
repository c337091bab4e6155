package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.CircuitBreaker;
import io.weir.policy.Circuit.Closed;
import io.weir.policy.Circuit.Event;
import io.weir.policy.Circuit.Open;
import io.weir.testing.Seed;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A circuit in the loop it makes with its target: what it lets through decides what it sees. */
class CircuitLoopTest {

    private static final CircuitBreaker BREAKER =
            new CircuitBreaker(true, 5, 0.5, 3, Duration.ofSeconds(30), 10, Duration.ofMinutes(1));

    @Test
    void a_circuit_never_opens_or_closes_faster_than_its_reset_timeout() {
        Seed.times(500, CircuitLoopTest::opensSlowly);
    }

    private static void opensSlowly(Random random) {
        CircuitBreaker breaker = new CircuitBreaker(
                true,
                1 + random.nextInt(10),
                0.01 + 0.99 * random.nextDouble(),
                1 + random.nextInt(5),
                Duration.ofMillis(100 + random.nextInt(60_000)),
                1 + random.nextInt(20),
                Duration.ofMillis(1000 + random.nextInt(120_000)));
        long resetMs = breaker.resetTimeout().toMillis();
        double badness = random.nextDouble();
        Circuit circuit = Circuit.CLOSED;
        long openedAt = Long.MIN_VALUE / 2;
        long now = 0;
        for (int step = 0; step < 400; step++) {
            now += 100 + random.nextInt(random.nextBoolean() ? 1000 : 20_000);
            Circuit next = circuit.on(new Event.Counted(seen(random, badness)), breaker, now)
                    .state();
            if (next instanceof Open != circuit instanceof Open) {
                assertThat(now - openedAt)
                        .as("%s after the last time, at %s", next, now)
                        .isGreaterThanOrEqualTo(resetMs);
                openedAt = next instanceof Open ? now : openedAt;
            }
            if (next instanceof Closed && !(circuit instanceof Closed)) {
                assertThat(now - openedAt).isGreaterThan(resetMs);
            }
            circuit = next;
        }
    }

    private static Sample seen(Random random, double badness) {
        int started = random.nextInt(8);
        int concluded = random.nextInt(8);
        int errors = 0;
        for (int i = 0; i < concluded; i++) {
            errors += random.nextDouble() < badness ? 1 : 0;
        }
        return new Sample(started, concluded, errors);
    }

    /** How a target treats connections. */
    enum Manner {
        GOOD,
        /** RST to the SYN. */
        REFUSES,
        /** Accepts, and resets within a second. */
        RESETS_EARLY,
        /** SYNs vanish: known as an error when the handshake has timed out, 30 seconds later. */
        ANSWERS_NOTHING
    }

    @ParameterizedTest
    @EnumSource(names = "GOOD", mode = EnumSource.Mode.EXCLUDE)
    void a_bad_target_stays_cut_off_but_for_its_trials(Manner manner) {
        Loop loop = new Loop(20);
        loop.run(manner, 120);
        assertThat(loop.circuit).isNotInstanceOf(Closed.class);
        long before = loop.sent;

        loop.run(manner, 600);

        assertThat(loop.closings).isZero();
        long trials = 600 / 30;
        // The counts come once a second, so that a second's connections at a quarter of the weight may come on top.
        assertThat(loop.sent - before).isBetween(3L, trials * (3 + 20 / 4));
    }

    @ParameterizedTest(name = "with {0} connections a second, well again after {1} seconds")
    @CsvSource({"20, 40", "20, 300", "1000, 100", "1, 300", "0.1, 900"})
    void a_target_that_is_well_again_comes_back_and_stays(double perSecond, int seconds) {
        for (Manner manner : Manner.values()) {
            if (manner != Manner.GOOD) {
                Loop loop = new Loop(perSecond);
                loop.run(manner, seconds);
                assertThat(loop.circuit).as("%s", manner).isNotInstanceOf(Closed.class);

                // The last bad outcomes, reset-timeout, the trial's rise, a trial connection or full weight for a
                // while.
                loop.run(Manner.GOOD, 30 + 30 + 21 + 31);

                assertThat(loop.circuit).as("%s", manner).isInstanceOf(Closed.class);
                assertThat(loop.closings).as("%s", manner).isEqualTo(1);
            }
        }
    }

    @Test
    void a_target_that_fails_a_quarter_of_the_time_is_left_alone() {
        Loop loop = new Loop(50);
        for (int second = 0; second < 300; second++) {
            loop.run(second % 4 == 3 ? Manner.REFUSES : Manner.GOOD, 1);
        }
        assertThat(loop.openings).isZero();
    }

    /** A target and the data path before it, a second a turn. */
    private static final class Loop {
        private static final int HANDSHAKE_TIMEOUT = 30;

        private final double perSecond;
        private final long[] timeouts = new long[HANDSHAKE_TIMEOUT]; // SYNs without an answer, by second
        private Circuit circuit = Circuit.CLOSED;
        private int second;
        private double due;
        private long resetsToCome;
        private long sent;
        private int openings;
        private int closings;

        Loop(double perSecond) {
            this.perSecond = perSecond;
        }

        void run(Manner manner, int seconds) {
            for (int i = 0; i < seconds; i++) {
                turn(manner);
            }
        }

        private void turn(Manner manner) {
            second++;
            Candidate candidate = circuit.applied(Candidate.of(100), BREAKER, second * 1000L);
            due += candidate.exclusions().isEmpty()
                    ? perSecond * candidate.halfOpenShare().orElse(1)
                    : 0;
            long syns = (long) due;
            due -= syns;
            sent += syns;
            long timedOut = timeouts[second % HANDSHAKE_TIMEOUT];
            long earlyResets = resetsToCome;
            timeouts[second % HANDSHAKE_TIMEOUT] = manner == Manner.ANSWERS_NOTHING ? syns : 0;
            resetsToCome = manner == Manner.RESETS_EARLY ? syns : 0;
            long handshakes = manner == Manner.GOOD || manner == Manner.RESETS_EARLY ? syns : 0;
            long refused = manner == Manner.REFUSES ? syns : 0;
            Circuit next = circuit.on(
                            new Event.Counted(Sample.of(syns, handshakes, refused, timedOut, earlyResets, 0)),
                            BREAKER,
                            second * 1000L)
                    .state();
            openings += next instanceof Open && circuit instanceof Closed ? 1 : 0;
            closings += next instanceof Closed && !(circuit instanceof Closed) ? 1 : 0;
            circuit = next;
        }
    }
}
