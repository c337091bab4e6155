package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.policy.Weights.Candidate;
import io.weir.policy.Weights.Effective;
import io.weir.policy.Weights.Exclusion;
import io.weir.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightSharesTest {

    @Test
    void the_sum_stays_and_no_standing_target_loses() {
        Seed.times(1000, WeightSharesTest::sharesAreKept);
    }

    private static void sharesAreKept(Random random) {
        List<Integer> weights = RandomWeights.of(random, 1 + random.nextInt(50), 1);
        int excluding = random.nextInt(5);
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            Optional<Exclusion> exclusion =
                    random.nextInt(4) < excluding ? Optional.of(Exclusion.UNRESOLVED) : Optional.empty();
            candidates.add(new Candidate(weights.get(i), exclusion));
        }

        List<Effective> effective = Weights.effective(candidates);

        boolean anyStanding = candidates.stream().anyMatch(c -> c.exclusion().isEmpty());
        int whole = weights.stream().mapToInt(Integer::intValue).sum();
        assertThat(effective.stream().mapToInt(Effective::weight).sum()).isEqualTo(anyStanding ? whole : 0);
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.get(i).exclusion().isPresent()) {
                assertThat(effective.get(i).weight()).isZero();
            } else {
                assertThat(effective.get(i).weight()).isGreaterThanOrEqualTo(weights.get(i));
            }
        }
    }
}
