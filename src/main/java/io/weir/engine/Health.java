package io.weir.engine;

import io.weir.policy.HealthTrack;

/**
 * What the checks of a target have come to.
 *
 * @param error of the check that failed last, for people; empty: none, or the target is healthy again
 * @param since milliseconds of the engine's clock, when the engine heard of it
 */
public record Health(HealthTrack.Status status, String error, long since) {}
