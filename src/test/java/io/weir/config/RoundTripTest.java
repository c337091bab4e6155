package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Desired;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class RoundTripTest {

    @Property(tries = 200)
    void what_is_written_reads_back_equal(@ForAll long seed) {
        Desired desired = new RandomConfig(seed).desired();
        assertThat(ConfigFile.parse(ConfigText.of(desired), "written.edn")).isEqualTo(desired);
    }
}
