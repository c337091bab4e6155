package io.weir.bench;

/**
 * How much to spend.
 *
 * @param rounds how often each contender's turn comes
 * @param burstMillis how long a turn of a short measurement lasts
 * @param seconds how long a turn of a measurement by traffic lasts
 */
record Effort(int rounds, int burstMillis, int seconds) {

    static final Effort SHORT = new Effort(11, 25, 1);
    static final Effort LONG = new Effort(31, 50, 3);
}
