package io.weir.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The node among its peers.
 *
 * @param enabled whether it has any
 * @param nodeId its name; empty: made up once and kept
 * @param bindAddress where peers reach it
 * @param bindPort where peers reach it, by TCP
 * @param advertiseAddress what peers are told, if not the bind address
 * @param seeds peers that are asked first
 * @param gossip how facts spread
 * @param detection how a dead peer is noticed
 * @param sync what is shared
 * @param keyringFile AES keys: the first seals, all open
 * @param insecure whether it may run without a keyring on an address that is not loopback
 */
public record Cluster(
        boolean enabled,
        Optional<String> nodeId,
        IpAddress bindAddress,
        int bindPort,
        Optional<IpAddress> advertiseAddress,
        List<Seed> seeds,
        Gossip gossip,
        Detection detection,
        Sync sync,
        Optional<Path> keyringFile,
        boolean insecure) {

    /** A peer by address or name. */
    public record Seed(String host, int port) {

        /** {@code host:port}, with brackets around an IPv6 address. */
        @Override
        public String toString() {
            return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
        }
    }

    /**
     * @param interval between two rounds
     * @param fanout peers told in a round
     * @param pushPull between two full exchanges with a peer
     */
    public record Gossip(Duration interval, int fanout, Duration pushPull) {
        public static final Gossip DEFAULT = new Gossip(Duration.ofMillis(200), 2, Duration.ofSeconds(10));
    }

    /**
     * @param pingInterval between two probes
     * @param pingTimeout of one probe, not above the interval
     * @param indirectPings peers asked to probe in turn before a peer is suspected
     * @param suspicionMultiplier how long a suspected peer may object, times log2 of the members, in ping intervals
     */
    public record Detection(Duration pingInterval, Duration pingTimeout, int indirectPings, int suspicionMultiplier) {
        public static final Detection DEFAULT = new Detection(Duration.ofSeconds(1), Duration.ofMillis(500), 3, 3);
    }

    /**
     * Which facts are shared.
     *
     * @param checkers how many nodes check each target, where health is shared; empty: all do
     */
    public record Sync(boolean health, boolean circuitBreaker, boolean drain, boolean conntrack, OptionalInt checkers) {

        public static final Sync DEFAULT = new Sync(true, true, true, true, OptionalInt.empty());

        /** What one node alone says may be its own trouble, and it may die. */
        public static final int FEWEST_CHECKERS = 2;

        public Sync {
            if (checkers.isPresent() && (!health || checkers.getAsInt() < FEWEST_CHECKERS)) {
                throw new IllegalArgumentException("checks cannot be shared by " + checkers.getAsInt() + " nodes"
                        + (health ? "" : " that do not share health"));
            }
        }
    }

    public static final Cluster DEFAULT = new Cluster(
            false,
            Optional.empty(),
            IpAddress.parse("0.0.0.0"),
            7946,
            Optional.empty(),
            List.of(),
            Gossip.DEFAULT,
            Detection.DEFAULT,
            Sync.DEFAULT,
            Optional.empty(),
            false);

    /** Whether peers are told of this node's connections. */
    public boolean sharesFlows() {
        return enabled && sync.conntrack();
    }

    public Cluster {
        seeds = List.copyOf(seeds);
    }
}
