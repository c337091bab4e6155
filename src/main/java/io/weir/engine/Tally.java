package io.weir.engine;

/**
 * What the data path has counted for a target since it was given its index.
 *
 * @param active confirmed flows that have not ended
 * @param syns TCP connections sent there
 * @param handshakes completed
 * @param handshakeResets answered by RST
 * @param handshakeTimeouts not completed in time
 * @param earlyResets reset by the target within a second of the handshake
 */
public record Tally(
        long active, long syns, long handshakes, long handshakeResets, long handshakeTimeouts, long earlyResets) {}
