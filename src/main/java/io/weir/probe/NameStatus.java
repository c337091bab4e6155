package io.weir.probe;

import io.weir.model.IpAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a host name.
 *
 * @param addresses sorted; those of the last answer that had any, which may be one that an earlier process got
 * @param lastSuccess of this process
 * @param consecutiveFailures since then
 * @param lastError why the last lookup failed; empty when it did not
 * @param refused addresses of the last answer that no target can have, each with the reason
 */
public record NameStatus(
        String host,
        List<IpAddress> addresses,
        Optional<Instant> lastSuccess,
        int consecutiveFailures,
        Optional<String> lastError,
        List<String> refused) {

    public NameStatus {
        addresses = List.copyOf(addresses);
        refused = List.copyOf(refused);
    }

    /** With no address refused. */
    public NameStatus(
            String host,
            List<IpAddress> addresses,
            Optional<Instant> lastSuccess,
            int consecutiveFailures,
            Optional<String> lastError) {
        this(host, addresses, lastSuccess, consecutiveFailures, lastError, List.of());
    }

    /** Whether there is no address at all, not even an old one. */
    public boolean isUnresolved() {
        return addresses.isEmpty();
    }
}
