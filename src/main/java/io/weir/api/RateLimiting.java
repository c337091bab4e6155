package io.weir.api;

import io.weir.model.ControlPlane.Rate;
import io.weir.model.ControlPlane.RateLimits;

/**
 * Limits of new connections, kept by the data path. What exceeds one is dropped and counted under {@code source_limited} or
 * {@code target_limited}; established connections are never touched. A limit that changes begins with a full bucket.
 */
public interface RateLimiting {

    /** What is limited now. */
    RateLimits current();

    /** Of each client; IPv6 clients are counted together by their /64. */
    void limitSources(Rate rate);

    /** Of each target. */
    void limitTargets(Rate rate);

    /** No limits any more. */
    void clear();
}
