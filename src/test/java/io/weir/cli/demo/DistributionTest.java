package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistributionTest {

    private static final Map<String, Integer> WEIGHTS = Map.of("web-1", 50, "web-2", 30, "web-3", 20);

    @ParameterizedTest
    @CsvSource({
        "500, 300, 200, true",
        "520, 290, 190, true",
        "334, 333, 333, false",
        "500, 500, 0, false",
        "0, 0, 0, false"
    })
    void counts_follow_the_weights_or_do_not(int first, int second, int third, boolean follows) {
        List<String> lines = List.of("web-1 " + first, "web-2 " + second, "web-3 " + third);
        assertThat(Distribution.parse(lines, WEIGHTS).followsWeights()).isEqualTo(follows);
    }

    @Test
    void a_server_that_never_answered_counts_as_zero() {
        Distribution distribution = Distribution.parse(List.of("web-1 10"), WEIGHTS);
        assertThat(distribution.counts()).containsEntry("web-2", 0).containsEntry("web-3", 0);
        assertThat(distribution.shares()).isEqualTo("   100.0     0.0     0.0");
    }

    @Test
    void the_name_of_a_server_ends_where_its_share_ends() {
        assertThat(Distribution.heads(WEIGHTS)).isEqualTo("   web-1   web-2   web-3");
        assertThat(Distribution.ofWeights(WEIGHTS).shares()).isEqualTo("    50.0    30.0    20.0");
    }

    @Test
    void an_answer_of_nobody_we_know_is_refused() {
        assertThatThrownBy(() -> Distribution.parse(List.of("refused 10"), WEIGHTS))
                .isInstanceOf(DemoFailure.class)
                .hasMessageContaining("refused 10");
    }
}
