package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestRateTest {

    private static final int PER_SECOND = 5_000;

    private final RequestRate rate = new RequestRate(PER_SECOND, PER_SECOND, 0);

    /** Of so many at once. */
    private long allowed(Duration now, int requests) {
        return IntStream.range(0, requests)
                .filter(request -> rate.allows(now.toNanos()))
                .count();
    }

    @Test
    void a_second_of_requests_may_come_at_once_and_then_as_many_as_time_has_passed_for() {
        assertThat(allowed(Duration.ZERO, 9_000)).isEqualTo(5_000);
        assertThat(rate.hasRoom(0)).isFalse();
        assertThat(allowed(Duration.ofMillis(100), 9_000)).isEqualTo(500);
        assertThat(allowed(Duration.ofMillis(101), 9_000)).isEqualTo(5);
    }

    @Test
    void what_was_left_unused_for_a_day_is_no_more_than_a_second_of_requests() {
        assertThat(allowed(Duration.ofDays(1), 9_000)).isEqualTo(5_000);
    }

    @Test
    void a_clock_that_is_read_late_takes_nothing_back() {
        assertThat(allowed(Duration.ofSeconds(1), 5_000)).isEqualTo(5_000);
        assertThat(allowed(Duration.ofMillis(500), 1)).isZero();
        assertThat(allowed(Duration.ofMillis(1_001), 9)).isEqualTo(5);
    }
}
