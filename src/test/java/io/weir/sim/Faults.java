package io.weir.sim;

/**
 * How bad the network is.
 *
 * @param loss of a copy of a gossip, 0 to 1
 * @param duplication of one
 * @param delayMs longest of a frame or a gossip; each has its own, so gossips overtake each other
 * @param room frames under way in one direction of a link
 */
public record Faults(double loss, double duplication, int delayMs, int room) {

    public static final Faults NONE = new Faults(0, 0, 2, 1000);

    public static final Faults BAD = new Faults(0.3, 0.2, 400, 20);
}
