package io.weir.bench;

/**
 * How much to spend.
 *
 * @param rounds how often each contender's turn comes
 * @param burstMillis how long a turn of a short measurement lasts
 * @param trafficRounds the same, where traffic is measured
 * @param trafficMillis how long such a turn lasts
 * @param loadSeconds how long real clients take a turn
 * @param bulkRounds how often one stream is measured
 */
record Effort(int rounds, int burstMillis, int trafficRounds, int trafficMillis, int loadSeconds, int bulkRounds) {

    static final Effort SHORT = new Effort(11, 25, 5, 150, 1, 3);
    static final Effort LONG = new Effort(31, 50, 11, 1000, 3, 7);
}
