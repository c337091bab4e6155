package io.weir.model;

import java.time.Duration;

/**
 * When a target is cut off.
 *
 * @param enabled whether at all
 * @param errorThreshold errors in the window before it may open
 * @param errorRateThreshold share of errors, above 0 and up to 1, before it opens
 * @param halfOpenRequests new connections let through while half-open
 * @param resetTimeout from open to half-open
 * @param minRequests connections in the window before the rate counts
 * @param window how far back errors count
 */
public record CircuitBreaker(
        boolean enabled,
        int errorThreshold,
        double errorRateThreshold,
        int halfOpenRequests,
        Duration resetTimeout,
        int minRequests,
        Duration window) {

    public static final CircuitBreaker DEFAULT =
            new CircuitBreaker(false, 5, 0.5, 3, Duration.ofSeconds(30), 10, Duration.ofMinutes(1));
}
