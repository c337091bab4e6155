package io.weir.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What share of new connections each target of a group gets now, and why. */
public final class Weights {

    /** Fine enough for the largest table, and a sum of them is still an int. */
    private static final double FINEST = 1 << 30;

    private Weights() {}

    /** Why the effective weight is what it is. */
    public sealed interface Reason {

        /** For people, without a full stop. */
        String text();

        record Configured() implements Reason {
            @Override
            public String text() {
                return "as configured";
            }
        }

        /**
         * Took over a part of what others have left.
         *
         * @param from what became of those, not empty
         */
        record Redistributed(Set<Cause> from) implements Reason {
            public Redistributed {
                from = Set.copyOf(from);
            }

            @Override
            public String text() {
                List<String> words =
                        from.stream().sorted().map(Cause::adjective).toList();
                String last = words.getLast();
                return "took over from "
                        + (words.size() == 1
                                ? last
                                : String.join(", ", words.subList(0, words.size() - 1)) + " and " + last)
                        + " targets";
            }
        }

        /** @param isLast whether no target of the group gets anything: nobody takes over */
        record Excluded(Exclusion exclusion, boolean isLast) implements Reason {
            @Override
            public String text() {
                return exclusion.text() + (isLast ? "; no target is left" : "");
            }
        }

        /**
         * No target is known to be good, so each that is only suspected of failing keeps its configured weight.
         *
         * @param own what this one is suspected of
         */
        record AllFailed(Cause own) implements Reason {
            @Override
            public String text() {
                return "all targets failed: original weights (" + own.text() + ")";
            }
        }

        /** @param share of its weight; 0: its trial connections are under way */
        record HalfOpen(double share) implements Reason {
            @Override
            public String text() {
                return share == 0
                        ? "circuit half-open: trial connections under way"
                        : "circuit half-open: " + Math.max(1, Math.round(share * 100)) + " %";
            }
        }

        record Recovering(int percent) implements Reason {
            @Override
            public String text() {
                return "recovering " + percent + " %";
            }
        }

        record FewestConnections() implements Reason {
            @Override
            public String text() {
                return "least connections";
            }
        }
    }

    /**
     * @param weight the share of new connections in the units of the configuration, rounded; 0: none, or nearly none
     * @param parts the same share exactly, relative to the others of the group: what tables are made of; 0: none
     */
    public record Effective(int weight, int parts, Reason reason) {}

    /**
     * The one place where effective weights are made. Excluded targets get 0; the others share the sum of all configured
     * weights in proportion to configured weight × recovery × half-open share × least-connections factor, rounded once
     * by largest remainder with ties to the earlier: {@code [50 30 20]} with the middle one excluded is
     * {@code [71 0 29]}.
     *
     * <p>When no target is sound (neither excluded nor half-open), those that are merely unhealthy, cut off or half-open
     * share it by configured weight: one that may fail is better than none, and one on trial must not be given
     * everything. When all are firmly out (drained, administratively down, unresolved, without interface), all are 0.
     *
     * @return in the order of the candidates
     */
    public static List<Effective> effective(List<Candidate> candidates) {
        boolean anySound = candidates.stream().anyMatch(Candidate::isSound);
        int[] parts = parts(candidates, anySound ? Weights::share : Weights::lastResort);
        boolean anyLeft = Arrays.stream(parts).anyMatch(part -> part > 0);
        int whole = (int) Math.round(
                candidates.stream().mapToDouble(Candidate::configured).sum());
        int[] shares = anyLeft ? Apportionment.of(parts, whole) : parts;
        Reason undisturbed = undisturbed(candidates);
        List<Effective> result = new ArrayList<>(parts.length);
        for (int i = 0; i < parts.length; i++) {
            Candidate candidate = candidates.get(i);
            Reason reason = anySound || candidate.isFirmlyOut()
                    ? reason(candidate, anyLeft, undisturbed)
                    : new Reason.AllFailed(candidate.cause().orElseThrow());
            result.add(new Effective(shares[i], parts[i], reason));
        }
        return List.copyOf(result);
    }

    private static double share(Candidate candidate) {
        return candidate.exclusions().isEmpty()
                ? candidate.configured()
                        * (candidate.recoveryPercent() / 100.0)
                        * candidate.halfOpenShare().orElse(1)
                        * candidate.connectionsFactor()
                : 0;
    }

    private static double lastResort(Candidate candidate) {
        return candidate.isFirmlyOut() ? 0 : candidate.configured();
    }

    /** Whole numbers as they are, so that a group which nothing bears on has its configured weights; else finer ones. */
    private static int[] parts(List<Candidate> candidates, ToDoubleFunction<Candidate> share) {
        double[] exact = candidates.stream().mapToDouble(share).toArray();
        double sum = Arrays.stream(exact).sum();
        boolean isWhole = sum <= FINEST && Arrays.stream(exact).allMatch(part -> part == Math.rint(part));
        double scale = isWhole ? 1 : FINEST / sum;
        return Arrays.stream(exact)
                .mapToInt(part -> part == 0 ? 0 : (int) Math.max(1, Math.round(part * scale)))
                .toArray();
    }

    private static Reason reason(Candidate candidate, boolean anyLeft, Reason undisturbed) {
        Optional<Cause> cause = candidate.cause();
        if (cause.isEmpty()) {
            return undisturbed;
        }
        return switch (cause.get()) {
            case HALF_OPEN -> new Reason.HalfOpen(candidate.halfOpenShare().orElseThrow());
            case RECOVERING -> new Reason.Recovering(candidate.recoveryPercent());
            default -> new Reason.Excluded(candidate.exclusions().getFirst(), !anyLeft);
        };
    }

    /** Of a target that nothing keeps from its weight, but that feels what befalls the others. */
    private static Reason undisturbed(List<Candidate> candidates) {
        if (candidates.stream().anyMatch(candidate -> candidate.connectionsFactor() != 1)) {
            return new Reason.FewestConnections();
        }
        Set<Cause> causes = candidates.stream()
                .flatMap(candidate -> candidate.cause().stream())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Cause.class)));
        return causes.isEmpty() ? new Reason.Configured() : new Reason.Redistributed(causes);
    }
}
