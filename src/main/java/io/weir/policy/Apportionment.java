package io.weir.policy;

import java.util.stream.IntStream;

/** Shares a whole in integers, each to within one of its exact share. */
final class Apportionment {

    private Apportionment() {}

    /**
     * The largest remainder method (Hamilton's): everyone gets the floor of their exact share, what is left goes one each
     * to the largest remainders, ties to the earlier place. Exact: integers only.
     *
     * @param weights not negative, their sum not zero
     * @param whole what is shared out; the result sums to it
     */
    static int[] of(int[] weights, int whole) {
        long sum = sum(weights);
        if (sum == 0) {
            throw new IllegalArgumentException("nothing can be shared out when all weights are zero");
        }
        int[] shares = new int[weights.length];
        long[] remainders = new long[weights.length];
        int left = whole;
        for (int i = 0; i < weights.length; i++) {
            long scaled = (long) weights[i] * whole;
            shares[i] = (int) (scaled / sum);
            remainders[i] = scaled % sum;
            left -= shares[i];
        }
        // A weight of zero has remainder zero, and fewer than the positive remainders are left over.
        IntStream.range(0, weights.length)
                .boxed()
                .sorted((a, b) -> Long.compare(remainders[b], remainders[a])) // stable: ties keep their order
                .limit(left)
                .forEach(i -> shares[i]++);
        return shares;
    }

    private static long sum(int[] weights) {
        long sum = 0;
        for (int weight : weights) {
            if (weight < 0) {
                throw new IllegalArgumentException("a weight is not negative: " + weight);
            }
            sum += weight;
        }
        return sum;
    }
}
