package io.weir.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What share of new connections each target of a group gets now, and why. */
public final class Weights {

    private Weights() {}

    /** Why a target gets no new connection whatever its configured weight. */
    public enum Exclusion {
        /** Its host name has no address yet. */
        UNRESOLVED,
        /** It is link-local to an interface that does not exist. */
        NO_INTERFACE
    }

    /**
     * One target as the rule sees it.
     *
     * @param weight as configured, 1 to 65535
     */
    public record Candidate(int weight, Optional<Exclusion> exclusion) {}

    /** Why the effective weight is what it is. */
    public sealed interface Reason {
        /** As configured. */
        record Configured() implements Reason {}

        /** Took over a part of what excluded targets left. */
        record Redistributed() implements Reason {}

        record Excluded(Exclusion exclusion) implements Reason {}
    }

    /** @param weight the share of new connections, relative to the others of the group; 0: none */
    public record Effective(int weight, Reason reason) {}

    /**
     * The one place where effective weights are made. Excluded targets get 0, the others share the sum of all configured
     * weights in proportion to their own, rounded once by largest remainder with ties to the earlier:
     * {@code [50 30 20]} with the middle one excluded is {@code [71 0 29]}. When all are excluded, all are 0.
     *
     * @return in the order of the candidates
     */
    public static List<Effective> effective(List<Candidate> candidates) {
        int[] standing = candidates.stream()
                .mapToInt(candidate -> candidate.exclusion().isPresent() ? 0 : candidate.weight())
                .toArray();
        int whole = candidates.stream().mapToInt(Candidate::weight).sum();
        boolean anyStanding =
                candidates.stream().anyMatch(candidate -> candidate.exclusion().isEmpty());
        int[] shares = anyStanding ? Apportionment.of(standing, whole) : standing;
        List<Effective> result = new ArrayList<>(shares.length);
        for (int i = 0; i < shares.length; i++) {
            result.add(new Effective(shares[i], reason(candidates.get(i), shares[i])));
        }
        return List.copyOf(result);
    }

    private static Reason reason(Candidate candidate, int share) {
        if (candidate.exclusion().isPresent()) {
            return new Reason.Excluded(candidate.exclusion().get());
        }
        return share == candidate.weight() ? new Reason.Configured() : new Reason.Redistributed();
    }
}
