package io.weir.probe;

import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.HealthCheck;
import io.weir.model.Target;
import java.util.Optional;

/**
 * What is asked, and where.
 *
 * @param target the address the data path sends to
 * @param check how it is checked, with nothing left to defaults
 */
public record Probe(Endpoint target, HealthCheck check) {

    /**
     * One address of a configured target. A target that was named is asked by that name, unless its check says another:
     * servers that share an address tell their sites apart by it.
     *
     * @param defaults the check of a target that has none of its own
     */
    public static Probe of(Target target, Endpoint address, HealthCheck defaults) {
        HealthCheck check = target.healthCheck().orElse(defaults);
        return target.destination() instanceof Destination.Named named
                        && check.host().isEmpty()
                ? new Probe(address, withHost(check, named.host()))
                : new Probe(address, check);
    }

    /** Where the check connects to. */
    public Endpoint place() {
        return check.port()
                .map(port -> new Endpoint(target.address(), target.zone(), port))
                .orElse(target);
    }

    private static HealthCheck withHost(HealthCheck check, String host) {
        return new HealthCheck(
                check.type(),
                check.path(),
                check.interval(),
                check.timeout(),
                check.healthyThreshold(),
                check.unhealthyThreshold(),
                check.expectedCodes(),
                Optional.of(host),
                check.port(),
                check.verifyTls());
    }
}
