package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryTest {

    /** The target came back at 5,000 ms. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            just back                        | 10000 | 5000      | 25  | 15000
            shortly before the second step   | 10000 | 14999     | 25  | 15000
            at the second step               | 10000 | 15000     | 50  | 25000
            at the third step                | 10000 | 25000     | 75  | 35000
            shortly before all of it         | 10000 | 34999     | 75  | 35000
            all of it                        | 10000 | 35000     | 100 | -
            long after                       | 10000 | 999999999 | 100 | -
            nobody looked for two steps      | 10000 | 29000     | 75  | 35000
            no steps are wanted              | 0     | 5000      | 100 | -
            the clock of another node is ahead | 10000 | 4000    | 25  | 15000
            """)
    void the_weight_comes_back_in_steps(String situation, long stepMs, long now, int percent, String next) {
        Duration step = Duration.ofMillis(stepMs);

        assertThat(Recovery.percent(5000, step, now)).isEqualTo(percent);
        assertThat(Recovery.nextChange(5000, step, now))
                .isEqualTo(next.equals("-") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(next)));
    }
}
