package io.weir.policy;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Weights of targets: small ones, any, and often those at the edges. */
final class RandomWeights {

    private static final int MOST = 65_535;

    private RandomWeights() {}

    static List<Integer> of(Random random, int count, int least) {
        return IntStream.range(0, count)
                .map(i -> switch (random.nextInt(6)) {
                    case 0 -> least;
                    case 1 -> MOST;
                    case 2, 3 -> least + random.nextInt(100);
                    default -> least + random.nextInt(MOST + 1 - least);
                })
                .boxed()
                .toList();
    }
}
