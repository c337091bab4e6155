package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.model.NodeId;
import io.weir.testing.Seed;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HybridClockTest {

    private static final NodeId ONE = new NodeId("lb-1");
    private static final NodeId TWO = new NodeId("lb-2");

    @Test
    void it_follows_the_wall_clock() {
        assertThat(HybridClock.of(ONE).ticked(1_000).ticked(2_000).time()).isEqualTo(new HybridTime(2_000, 0, ONE));
    }

    @Test
    void it_goes_on_when_the_wall_clock_jumps_back() {
        HybridClock clock = HybridClock.of(ONE).ticked(5_000).ticked(1_000).ticked(1_001);

        assertThat(clock.time()).isEqualTo(new HybridTime(5_000, 2, ONE));
        assertThat(clock.ticked(6_000).time()).isEqualTo(new HybridTime(6_000, 0, ONE));
    }

    @Test
    void whatever_the_wall_clock_does_each_time_is_later_than_all_before_and_all_heard() {
        Seed.times(300, random -> {
            HybridClock clock = HybridClock.of(ONE);
            HybridTime last = clock.time();
            for (int i = 0; i < 50; i++) {
                long wall = random.nextInt(100_000);
                if (random.nextBoolean()) {
                    HybridTime heard = new HybridTime(random.nextInt(100_000), random.nextInt(3), TWO);
                    clock = clock.heard(heard, wall);
                    clock = clock.ticked(wall);
                    assertThat(clock.after(Optional.of(heard))).isGreaterThan(heard);
                } else {
                    clock = clock.ticked(wall);
                }
                assertThat(clock.time()).isGreaterThan(last);
                last = clock.time();
            }
        });
    }

    @Test
    void a_peer_whose_clock_is_far_ahead_does_not_drag_it_along() {
        HybridTime farAhead = new HybridTime(1_000 + 60_001, 0, TWO);
        HybridClock clock = HybridClock.of(ONE).ticked(1_000).heard(farAhead, 1_000);

        assertThat(clock.time().millis()).isEqualTo(1_000);
        assertThat(HybridClock.isAhead(farAhead, 1_000)).isTrue();
        assertThat(HybridClock.isAhead(farAhead, 1_001)).isFalse();
    }

    @Test
    void who_knows_what_was_said_too_far_ahead_says_something_later_still() {
        HybridTime farAhead = new HybridTime(9_000_000, 4, TWO);

        assertThat(HybridClock.of(ONE).ticked(1_000).after(Optional.of(farAhead)))
                .isEqualTo(new HybridTime(9_000_000, 5, ONE));
    }

    @Test
    void a_counter_that_is_full_begins_the_next_millisecond() {
        HybridTime full = new HybridTime(7, Integer.MAX_VALUE, TWO);

        assertThat(HybridClock.of(ONE).heard(full, 7).ticked(7).time()).isEqualTo(new HybridTime(8, 0, ONE));
    }

    @Test
    void there_is_no_time_outside_of_what_a_clock_can_say() {
        assertThatIllegalArgumentException().isThrownBy(() -> new HybridTime(-1, 0, ONE));
        assertThatIllegalArgumentException().isThrownBy(() -> new HybridTime(HybridTime.LATEST + 1, 0, ONE));
        assertThatIllegalArgumentException().isThrownBy(() -> new HybridTime(1, -1, ONE));
    }
}
