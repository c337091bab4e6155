package io.weir.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a target is checked.
 *
 * @param type what is done
 * @param path of an HTTP request
 * @param interval between two checks
 * @param timeout of one check, not above the interval
 * @param healthyThreshold successes in a row that make it healthy
 * @param unhealthyThreshold failures in a row that make it unhealthy
 * @param expectedCodes HTTP statuses that are a success
 * @param host the Host header and TLS name, if not the target's own
 * @param port where to check, if not the target's own
 * @param verifyTls whether a certificate must be valid
 */
public record HealthCheck(
        Type type,
        String path,
        Duration interval,
        Duration timeout,
        int healthyThreshold,
        int unhealthyThreshold,
        List<Integer> expectedCodes,
        Optional<String> host,
        Optional<Integer> port,
        boolean verifyTls) {

    public enum Type {
        TCP,
        HTTP,
        HTTPS,
        NONE
    }

    public static final HealthCheck DEFAULT = new HealthCheck(
            Type.TCP,
            "/health",
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            2,
            3,
            List.of(200, 201, 202, 204),
            Optional.empty(),
            Optional.empty(),
            false);

    public HealthCheck {
        expectedCodes = List.copyOf(expectedCodes);
    }
}
