package io.weir.model;

import java.util.Optional;

/**
 * One backend of a group as configured.
 *
 * @param destination where it is
 * @param weight its share: percent in groups of up to 8 (they sum to 100), relative above
 * @param healthCheck its own check, if it does not follow the defaults
 */
public record Target(Destination destination, int weight, Optional<HealthCheck> healthCheck) {

    public Target {
        if (weight < 1 || weight > 65535) {
            throw new IllegalArgumentException("a weight is 1 to 65535, not " + weight);
        }
    }

    /** A target with an address that takes all of its group. */
    public static Target of(Endpoint endpoint) {
        return of(endpoint, 100);
    }

    public static Target of(Endpoint endpoint, int weight) {
        return new Target(new Destination.Fixed(endpoint), weight, Optional.empty());
    }
}
