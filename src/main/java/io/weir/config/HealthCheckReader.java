package io.weir.config;

import io.weir.model.HealthCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code :health-check} and {@code :health-check-defaults}. */
final class HealthCheckReader {

    static final Map<String, HealthCheck.Type> TYPES = Words.of(HealthCheck.Type.class);

    private HealthCheckReader() {}

    /** @param base what a key that is missing means */
    static Kind<HealthCheck> over(HealthCheck base) {
        return value -> Section.open(value, "a health check is a map such as {:type :tcp}")
                .flatMap(section -> read(section, base));
    }

    private static Optional<HealthCheck> read(Section section, HealthCheck base) {
        HealthCheck check = new HealthCheck(
                section.optional("type", Kind.oneOf(TYPES), base.type()),
                section.optional("path", Kind.text("/\\S*", "a path begins with /"), base.path()),
                section.optional("interval-ms", Kind.millis(1000, 300_000), base.interval()),
                section.optional("timeout-ms", Kind.millis(100, 60_000), base.timeout()),
                section.optional("healthy-threshold", Kind.whole("thresholds are", 1, 10), base.healthyThreshold()),
                section.optional("unhealthy-threshold", Kind.whole("thresholds are", 1, 10), base.unhealthyThreshold()),
                section.optional("expected-codes", codes(), base.expectedCodes()),
                section.inherited(
                        "host", Kind.parsed(HostName::parse, "write the Host header as a string"), base.host()),
                section.inherited("port", Kind.port(), base.port()),
                section.optional("verify-tls", Kind.flag(), base.verifyTls()));
        section.close();
        if (check.timeout().compareTo(check.interval()) > 0) {
            return section.refuse(
                    "timeout-ms",
                    check.timeout().toMillis() + " is above the interval; a timeout is at most the interval-ms, here "
                            + check.interval().toMillis());
        }
        return Optional.of(check);
    }

    private static Kind<List<Integer>> codes() {
        String allowed = "write a vector of HTTP codes, at least one";
        return Kind.atLeastOne(Kind.vectorOf(Kind.whole("HTTP codes are", 100, 599), allowed), allowed);
    }
}
