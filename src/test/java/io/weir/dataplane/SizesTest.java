package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({"1,1024", "16384,1024", "16400,2048", "100000,8192", "1000000,8192", "10000000,8192"})
    void half_open_buckets_are_a_power_of_two_at_a_sixteenth_of_the_connections(int connections, int buckets) {
        assertThat(new Sizes(connections).halfOpenBuckets()).isEqualTo(buckets);
    }
}
