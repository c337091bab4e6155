package io.weir.bench;

/**
 * How much to spend.
 *
 * @param rounds how often each contender's turn comes
 * @param burstMillis how long a turn of a short measurement lasts
 * @param trafficRounds the same, where traffic is measured
 * @param trafficMillis how long such a turn lasts
 */
record Effort(int rounds, int burstMillis, int trafficRounds, int trafficMillis) {

    static final Effort SHORT = new Effort(11, 25, 5, 150);
    static final Effort LONG = new Effort(31, 50, 11, 1000);
}
