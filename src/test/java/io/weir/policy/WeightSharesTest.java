package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.policy.Weights.Candidate;
import io.weir.policy.Weights.Effective;
import io.weir.policy.Weights.Exclusion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class WeightSharesTest {

    @Property
    void the_sum_stays_and_no_standing_target_loses(
            @ForAll @Size(min = 1, max = 50) List<@IntRange(min = 1, max = 65535) Integer> weights,
            @ForAll @Size(50) List<Boolean> excluded) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            Optional<Exclusion> exclusion = excluded.get(i) ? Optional.of(Exclusion.UNRESOLVED) : Optional.empty();
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
