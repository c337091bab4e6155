package io.weir.policy;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * One target of a group with all that bears on its share of new connections.
 *
 * @param weight as configured, 1 to 65535
 * @param among how many candidates share that weight equally: the addresses of one host name; else 1
 * @param exclusions all that apply, foremost first
 * @param halfOpenShare while the circuit is half-open: how much of its weight it gets, 0 to 1
 * @param recoveryPercent 1 to 100; 100: it is not recovering
 * @param connectionsFactor of {@link LeastConnections}; 1 with other algorithms
 */
public record Candidate(
        int weight,
        int among,
        List<Exclusion> exclusions,
        OptionalDouble halfOpenShare,
        int recoveryPercent,
        double connectionsFactor) {

    public Candidate {
        require(weight >= 1 && weight <= 65535, "a weight is 1 to 65535", weight);
        require(among >= 1, "a weight is shared among 1 or more", among);
        require(recoveryPercent >= 1 && recoveryPercent <= 100, "a recovery is 1 to 100 %", recoveryPercent);
        double share = halfOpenShare.orElse(1);
        require(share >= 0 && share <= 1, "a half-open share is 0 to 1", share);
        require(
                connectionsFactor > 0 && connectionsFactor <= 1_000_000,
                "a factor is above 0 and at most a million",
                connectionsFactor);
        exclusions = exclusions.size() < 2
                ? List.copyOf(exclusions)
                : exclusions.stream()
                        .sorted(Comparator.comparing(Exclusion::cause))
                        .toList();
    }

    /** A target that nothing keeps from its weight. */
    public static Candidate of(int weight) {
        return new Candidate(weight, 1, List.of(), OptionalDouble.empty(), 100, 1);
    }

    /** One of several addresses that share the weight of their name. */
    public Candidate sharedAmong(int addresses) {
        return addresses == among
                ? this
                : new Candidate(weight, addresses, exclusions, halfOpenShare, recoveryPercent, connectionsFactor);
    }

    public Candidate excluded(Exclusion more) {
        List<Exclusion> all =
                Stream.concat(exclusions.stream(), Stream.of(more)).toList();
        return new Candidate(weight, among, all, halfOpenShare, recoveryPercent, connectionsFactor);
    }

    public Candidate halfOpen(double share) {
        return new Candidate(weight, among, exclusions, OptionalDouble.of(share), recoveryPercent, connectionsFactor);
    }

    public Candidate recovering(int percent) {
        return percent == recoveryPercent
                ? this
                : new Candidate(weight, among, exclusions, halfOpenShare, percent, connectionsFactor);
    }

    public Candidate leastConnections(double factor) {
        return factor == connectionsFactor
                ? this
                : new Candidate(weight, among, exclusions, halfOpenShare, recoveryPercent, factor);
    }

    /** What is told of it when it is kept from its weight. */
    Optional<Cause> cause() {
        if (!exclusions.isEmpty()) {
            return Optional.of(exclusions.getFirst().cause());
        }
        if (halfOpenShare.isPresent()) {
            return Optional.of(Cause.HALF_OPEN);
        }
        return recoveryPercent < 100 ? Optional.of(Cause.RECOVERING) : Optional.empty();
    }

    /** Known to be out, whatever becomes of the others. */
    boolean isFirmlyOut() {
        return exclusions.stream().anyMatch(exclusion -> exclusion.cause().isFirm());
    }

    /** In and not on trial. */
    boolean isSound() {
        return exclusions.isEmpty() && halfOpenShare.isEmpty();
    }

    double configured() {
        return (double) weight / among;
    }

    private static void require(boolean condition, String rule, Number found) {
        if (!condition) {
            throw new IllegalArgumentException(rule + ", not " + found);
        }
    }
}
