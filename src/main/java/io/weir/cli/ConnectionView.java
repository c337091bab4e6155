package io.weir.cli;

/**
 * One connection of the flow table.
 *
 * @param protocol {@code tcp} or {@code udp}
 * @param client address and port
 * @param vip where the client sends to
 * @param target where it is sent on to
 * @param state {@code established}, {@code closing} …
 * @param ageSeconds since the handshake
 * @param idleSeconds since the last packet
 */
public record ConnectionView(
        String protocol, String client, String vip, String target, String state, long ageSeconds, long idleSeconds) {}
