package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.policy.Weights.Candidate;
import io.weir.policy.Weights.Effective;
import io.weir.policy.Weights.Exclusion;
import io.weir.policy.Weights.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsTest {

    /** A weight in parentheses is excluded. */
    @ParameterizedTest
    @CsvSource({
        "50 30 20,          50 30 20",
        "50 (30) 20,        71 0 29",
        "(50) 30 20,        0 60 40",
        "50 30 (20),        63 37 0", // 62.5 and 37.5: the tie goes to the earlier
        "(50) (30) 20,      0 0 100",
        "(50) (30) (20),    0 0 0",
        "100,               100",
        "(100),             0",
        "34 33 (33),        51 49 0", // 50.75 and 49.25
        "65535 1 (65535),   131069 2 0",
        "1 1 1 1 1 1 1 1 (1), 2 1 1 1 1 1 1 1 0",
    })
    void standing_targets_share_what_excluded_ones_leave(String configured, String expected) {
        List<Candidate> candidates = new ArrayList<>();
        for (String word : configured.split(" ")) {
            boolean excluded = word.startsWith("(");
            candidates.add(candidate(Integer.parseInt(word.replaceAll("[()]", "")), excluded));
        }

        List<Integer> weights =
                Weights.effective(candidates).stream().map(Effective::weight).toList();

        assertThat(weights)
                .isEqualTo(List.of(expected.split(" ")).stream()
                        .map(Integer::valueOf)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"UNRESOLVED", "NO_INTERFACE"})
    void every_weight_says_its_reason(Exclusion exclusion) {
        assertThat(Weights.effective(
                        List.of(candidate(50, false), new Candidate(30, Optional.of(exclusion)), candidate(20, false))))
                .extracting(Effective::reason)
                .containsExactly(
                        new Reason.Redistributed(), new Reason.Excluded(exclusion), new Reason.Redistributed());
        assertThat(Weights.effective(List.of(candidate(50, false), candidate(50, false))))
                .extracting(Effective::reason)
                .containsOnly(new Reason.Configured());
    }

    private static Candidate candidate(int weight, boolean excluded) {
        return new Candidate(weight, excluded ? Optional.of(Exclusion.UNRESOLVED) : Optional.empty());
    }
}
