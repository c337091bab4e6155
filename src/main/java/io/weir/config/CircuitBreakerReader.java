package io.weir.config;

import io.weir.model.CircuitBreaker;
import java.util.Optional;

/** {@code :circuit-breaker}, of a proxy and of the settings. */
final class CircuitBreakerReader {

    private CircuitBreakerReader() {}

    /** @param base what a key that is missing means */
    static Kind<CircuitBreaker> over(CircuitBreaker base) {
        return value -> Section.open(value, "a circuit breaker is a map such as {:enabled true}")
                .map(section -> read(section, base));
    }

    private static CircuitBreaker read(Section section, CircuitBreaker base) {
        CircuitBreaker breaker = new CircuitBreaker(
                section.optional("enabled", Kind.flag(), base.enabled()),
                section.optional(
                        "error-threshold", Kind.whole("error thresholds are", 1, 1_000_000), base.errorThreshold()),
                section.optional("error-rate-threshold", CircuitBreakerReader::rate, base.errorRateThreshold()),
                section.optional(
                        "half-open-requests", Kind.whole("requests here are", 1, 1_000_000), base.halfOpenRequests()),
                section.optional("reset-timeout-ms", Kind.millis(100, 3_600_000), base.resetTimeout()),
                section.optional("min-requests", Kind.whole("requests here are", 1, 1_000_000), base.minRequests()),
                section.optional("window-size-ms", Kind.millis(1000, 3_600_000), base.window()));
        section.close();
        return breaker;
    }

    private static Optional<Double> rate(Value value) {
        double rate = switch (value.edn()) {
            case Edn.Fraction fraction -> fraction.value();
            case Edn.Whole whole -> whole.value();
            default -> Double.NaN;
        };
        return rate > 0 && rate <= 1 ? Optional.of(rate) : value.refuseFor("an error rate is above 0 and at most 1");
    }
}
