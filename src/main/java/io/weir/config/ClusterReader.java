package io.weir.config;

import io.weir.model.Cluster;
import io.weir.model.Cluster.Detection;
import io.weir.model.Cluster.Gossip;
import io.weir.model.Cluster.Seed;
import io.weir.model.Cluster.Sync;
import io.weir.model.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code :cluster}. */
final class ClusterReader {

    static final String AUTO = "auto";

    private static final String SEED = "a seed is host:port, [v6]:port for IPv6";

    private ClusterReader() {}

    static Optional<Cluster> read(Value value) {
        return Section.open(value, "write a map such as {:enabled true :seeds [\"192.168.1.11:7946\"]}")
                .map(ClusterReader::cluster);
    }

    private static Cluster cluster(Section section) {
        Cluster defaults = Cluster.DEFAULT;
        Kind<String> id = Kind.text("[A-Za-z0-9._-]{1,64}", "node ids are 1 to 64 of A-Z a-z 0-9 . _ -, or \"auto\"");
        Cluster read = new Cluster(
                section.optional("enabled", Kind.flag(), defaults.enabled()),
                section.maybe("node-id", id).filter(name -> !name.equals(AUTO)),
                section.optional("bind-address", Kind.address(), defaults.bindAddress()),
                section.optional("bind-port", Kind.port(), defaults.bindPort()),
                section.maybe("advertise-address", Kind.address()),
                section.optional(
                        "seeds",
                        Kind.vectorOf(Kind.parsed(ClusterReader::seed, SEED), "write a vector; " + SEED),
                        List.of()),
                gossip(section, defaults.gossip()),
                detection(section, defaults.detection()),
                sync(section, defaults.sync()),
                section.maybe("keyring-file", Kind.path()),
                section.optional("insecure", Kind.flag(), defaults.insecure()));
        section.close();
        return read;
    }

    private static Gossip gossip(Section section, Gossip defaults) {
        return new Gossip(
                section.optional("gossip-interval-ms", Kind.millis(50, 10_000), defaults.interval()),
                section.optional("gossip-fanout", Kind.whole("peers are", 1, 10), defaults.fanout()),
                section.optional("push-pull-interval-ms", Kind.millis(1000, 60_000), defaults.pushPull()));
    }

    private static Detection detection(Section section, Detection defaults) {
        Detection read = new Detection(
                section.optional("ping-interval-ms", Kind.millis(100, 30_000), defaults.pingInterval()),
                section.optional("ping-timeout-ms", Kind.millis(50, 10_000), defaults.pingTimeout()),
                section.optional("ping-req-count", Kind.whole("peers are", 1, 10), defaults.indirectPings()),
                section.optional(
                        "suspicion-mult", Kind.whole("multipliers are", 1, 10), defaults.suspicionMultiplier()));
        if (read.pingTimeout().compareTo(read.pingInterval()) > 0) {
            section.refuse(
                    "ping-timeout-ms",
                    read.pingTimeout().toMillis() + " is above the interval; it is at most the ping-interval-ms, here "
                            + read.pingInterval().toMillis());
        }
        return read;
    }

    private static Sync sync(Section section, Sync defaults) {
        boolean health = section.optional("sync-health", Kind.flag(), defaults.health());
        return new Sync(
                health,
                section.optional("sync-circuit-breaker", Kind.flag(), defaults.circuitBreaker()),
                section.optional("sync-drain", Kind.flag(), defaults.drain()),
                section.optional("sync-conntrack", Kind.flag(), defaults.conntrack()),
                checkers(section, health));
    }

    private static OptionalInt checkers(Section section, boolean sharesHealth) {
        String key = "health-check-share";
        Optional<Integer> written =
                section.maybe(key, Kind.whole("nodes that check a target are", Sync.FEWEST_CHECKERS, 100));
        if (written.isPresent() && !sharesHealth) {
            section.refuse(
                    key,
                    "needs :sync-health true: who does not check a target takes the word of those that do; leave it out"
                            + " and every node checks all");
            return OptionalInt.empty();
        }
        return written.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /** An endpoint, or a name with a port. */
    private static Seed seed(String text) {
        int colon = text.lastIndexOf(':');
        boolean name = colon > 0
                && text.indexOf(':') == colon
                && text.substring(0, colon).matches(".*[A-Za-z].*");
        if (!name) {
            return address(text);
        }
        String port = text.substring(colon + 1);
        if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException("'" + port + "' is no port");
        }
        return new Seed(HostName.parse(text.substring(0, colon)), Integer.parseInt(port));
    }

    private static Seed address(String text) {
        try {
            Endpoint endpoint = Endpoint.parse(text);
            return new Seed(endpoint.scopedAddress(), endpoint.port());
        } catch (IllegalArgumentException noEndpoint) {
            throw new IllegalArgumentException("'" + text + "' is no seed", noEndpoint);
        }
    }
}
