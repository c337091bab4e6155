package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.policy.Weights.Effective;
import io.weir.policy.Weights.Reason;
import io.weir.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Laws of the effective weights, over random groups of 1 to 50 targets. */
class WeightSharesTest {

    private static final int GROUPS = 1000;

    @Test
    void the_sum_stays_as_long_as_one_target_is_not_firmly_out() {
        everyGroup((candidates, effective) -> {
            int whole = candidates.stream().mapToInt(Candidate::weight).sum();
            boolean anyLeft = !candidates.stream().allMatch(Candidate::isFirmlyOut);
            assertThat(effective.stream().mapToInt(Effective::weight).sum()).isEqualTo(anyLeft ? whole : 0);
        });
    }

    @Test
    void who_is_firmly_out_gets_nothing_and_everyone_else_something_when_all_failed() {
        everyGroup((candidates, effective) -> {
            boolean allFailed = candidates.stream().noneMatch(Candidate::isSound);
            for (int i = 0; i < candidates.size(); i++) {
                if (candidates.get(i).isFirmlyOut()) {
                    assertThat(effective.get(i).parts()).isZero();
                    assertThat(effective.get(i).weight()).isZero();
                } else if (allFailed) {
                    assertThat(effective.get(i).parts()).isPositive();
                    assertThat(effective.get(i).reason()).isInstanceOf(Reason.AllFailed.class);
                }
            }
        });
    }

    @Test
    void a_weight_is_its_part_of_the_sum_to_within_one() {
        everyGroup((candidates, effective) -> {
            double parts = effective.stream().mapToLong(Effective::parts).sum();
            int whole = effective.stream().mapToInt(Effective::weight).sum();
            assertThat(effective)
                    .allSatisfy(one -> assertThat(Math.abs(one.weight() - whole * (one.parts() / Math.max(1, parts))))
                            .isLessThan(1));
        });
    }

    @Test
    void a_sound_target_never_loses_to_one_that_is_kept_from_its_weight() {
        everyGroup((candidates, effective) -> {
            for (int i = 0; i < candidates.size(); i++) {
                if (candidates.get(i).cause().isEmpty()) {
                    assertThat(effective.get(i).weight())
                            .isGreaterThanOrEqualTo(candidates.get(i).weight());
                }
            }
        });
    }

    private static void everyGroup(Law law) {
        Seed.times(GROUPS, random -> {
            List<Candidate> candidates = new ArrayList<>();
            int trouble = random.nextInt(4); // from a sound group to one where nearly all have failed
            RandomWeights.of(random, 1 + random.nextInt(50), 1)
                    .forEach(weight -> candidates.add(candidate(weight, random, trouble)));
            law.check(candidates, Weights.effective(candidates));
        });
    }

    private static Candidate candidate(int weight, Random random, int trouble) {
        Candidate candidate = Candidate.of(weight);
        for (int i = 0; i < trouble; i++) {
            candidate = switch (random.nextInt(12)) {
                case 0 -> candidate.excluded(Exclusion.DRAINED);
                case 1 -> candidate.excluded(Exclusion.UNRESOLVED);
                case 2, 3, 4 -> candidate.excluded(Exclusion.CIRCUIT_OPEN);
                case 5, 6, 7 -> candidate.excluded(Exclusion.unhealthy("timed out"));
                case 8, 9 -> candidate.halfOpen(random.nextInt(101) / 100.0);
                case 10 -> candidate.recovering(25 * random.nextInt(1, 4));
                default -> candidate;
            };
        }
        return candidate;
    }

    private interface Law {
        void check(List<Candidate> candidates, List<Effective> effective);
    }
}
