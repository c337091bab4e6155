package io.weir.cluster.facts;

/**
 * When something happens, by both clocks of a host.
 *
 * @param now milliseconds of a clock that never goes back
 * @param wall milliseconds since 1970 as the host believes; may jump
 */
public record Moment(long now, long wall) {}
