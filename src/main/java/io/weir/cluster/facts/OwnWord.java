package io.weir.cluster.facts;

import io.weir.engine.Conditions;
import io.weir.policy.Circuit;
import io.weir.policy.Decision;
import io.weir.policy.HealthTrack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a node has come to so far, as it would have told it: for peers that it begins to tell. */
public final class OwnWord {

    private OwnWord() {}

    public static List<Decision> of(Conditions conditions) {
        List<Decision> decisions = new ArrayList<>();
        conditions.health().forEach((target, health) -> {
            if (health.seenBy().isEmpty() && health.status() != HealthTrack.Status.UNKNOWN) {
                decisions.add(
                        new Decision.Checked(target, health.status() == HealthTrack.Status.HEALTHY, health.error()));
            }
        });
        conditions.circuits().forEach((target, circuit) -> {
            if (circuit instanceof Circuit.Open open) {
                decisions.add(new Decision.Opened(target, open.held(), open.why()));
            }
        });
        conditions.drains().forEach((target, drain) -> {
            if (drain.withholdsWeight()) {
                decisions.add(new Decision.Drained(target, drain.course().timeout()));
            }
        });
        decisions.sort(Comparator.comparing(Decision::target));
        return decisions;
    }
}
