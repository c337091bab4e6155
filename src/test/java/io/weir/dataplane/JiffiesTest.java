package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JiffiesTest {

    @ParameterizedTest
    @CsvSource({
        "100, 1",
        "250, 1",
        "300, 2",
        "1000, 1",
        "100, 86400",
        "250, 86400",
        "300, 5000000",
        "1000, 10000000",
        "250, 31536000"
    })
    void one_look_at_both_clocks_tells_how_fast_jiffies_run(int hz, long upSeconds) {
        // linux/jiffies.h: INITIAL_JIFFIES is (unsigned int) (-300 * HZ)
        long jiffies = (-300L * hz & 0xffffffffL) + upSeconds * hz & 0xffffffffL;
        assertThat(Jiffies.at(jiffies, upSeconds * 1_000_000_000L)).isEqualTo(new Jiffies(hz));
        assertThat(Jiffies.at(jiffies, upSeconds * 1_000_000_000L + 50_000_000L))
                .isEqualTo(new Jiffies(hz));
    }

    @Test
    void durations_go_there_and_back() {
        assertThat(new Jiffies(250).of(Duration.ofSeconds(300))).isEqualTo(75_000);
        assertThat(new Jiffies(250).duration(75_000)).isEqualTo(Duration.ofSeconds(300));
        assertThat(new Jiffies(100).of(Duration.ofMillis(1))).isEqualTo(1);
        assertThat(new Jiffies(100).between(0xffffffffL, 99)).isEqualTo(Duration.ofSeconds(1));
    }
}
