package io.weir.testing;

import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/**
 * Where random tests begin. Each run takes a fresh seed and says it when it fails; {@code ./weir test --seed N} does the same
 * again. With {@code CI=true} the seed is always the same, so that a change is judged by what it changed.
 */
public final class Seed {

    private static final String PROPERTY = "seed";
    private static final long IN_CI = 1;

    private Seed() {}

    /** Whether a run of the past is to be repeated. */
    public static boolean isGiven() {
        return System.getProperty(PROPERTY) != null;
    }

    /** The one that was asked for, or CI's, or a fresh one. */
    public static long pick() {
        boolean ci = "true".equals(System.getenv("CI"));
        return Long.getLong(PROPERTY, ci ? IN_CI : ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
    }

    /** How to do it again. */
    public static String replay(long seed) {
        return "replay with --seed " + seed;
    }

    /** Neighbouring seeds, which by themselves begin alike, give numbers that have nothing in common. */
    public static Random random(long seed) {
        return new Random(new SplittableRandom(seed).nextLong());
    }

    /** One case of a random test. */
    @FunctionalInterface
    public interface Case {
        void run(Random random) throws Exception;
    }

    /**
     * Cases of seeds that follow each other; the first one that fails ends it, and says its own seed. With a seed given, that
     * case comes first.
     */
    public static void times(int cases, Case one) {
        long first = pick();
        for (long seed = first; seed < first + cases; seed++) {
            run(one, seed);
        }
    }

    /** The same on all processors: cases that share nothing, of which there are many. Which one of several fails is chance. */
    public static void timesInParallel(int cases, Case one) {
        long first = pick();
        if (isGiven()) {
            run(one, first);
        }
        Optional<AssertionError> failure = LongStream.range(first, first + cases)
                .parallel()
                .mapToObj(seed -> failure(one, seed))
                .flatMap(Optional::stream)
                .findAny();
        if (failure.isPresent()) {
            throw failure.get(); // not from where it failed: the pool of threads would throw another, without its words
        }
    }

    private static Optional<AssertionError> failure(Case one, long seed) {
        try {
            run(one, seed);
            return Optional.empty();
        } catch (AssertionError failed) {
            return Optional.of(failed);
        }
    }

    private static void run(Case one, long seed) {
        try {
            one.run(random(seed));
        } catch (Exception | AssertionError failed) {
            throw new AssertionError(replay(seed) + ": " + failed.getMessage(), failed);
        }
    }
}
