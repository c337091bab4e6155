package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Desired;
import io.weir.testing.Seed;
import org.junit.jupiter.api.Test;

final class RoundTripTest {

    @Test
    void what_is_written_reads_back_equal() {
        Seed.times(200, random -> {
            Desired desired = new RandomConfig(random.nextLong()).desired();
            assertThat(ConfigFile.parse(ConfigText.of(desired), "written.edn")).isEqualTo(desired);
        });
    }
}
