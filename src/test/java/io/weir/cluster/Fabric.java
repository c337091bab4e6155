package io.weir.cluster;

import io.weir.cluster.link.Identity;
import io.weir.cluster.link.Keyring;
import io.weir.cluster.link.Links;
import io.weir.cluster.link.PeerAddress;
import io.weir.cluster.link.Wires;
import io.weir.model.Cluster;
import io.weir.model.Cluster.Detection;
import io.weir.model.Cluster.Gossip;
import io.weir.model.Cluster.Seed;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Nodes on loopback addresses of their own, which reach each other over wires that can be cut. Node 1 is called {@code lb-1},
 * and so on; each names all others as its seeds.
 */
public final class Fabric implements AutoCloseable {

    public static final Keyring KEYS = Keyring.parse("keys", "01".repeat(32));

    /** Dead in 2 or 3 times 3 × 250 ms. */
    static final Detection QUICK = new Detection(Duration.ofMillis(250), Duration.ofMillis(150), 2, 3);

    private static final Gossip GOSSIP =
            new Gossip(Gossip.DEFAULT.interval(), Gossip.DEFAULT.fanout(), Duration.ofSeconds(1));

    private static final int PORT = 7946;

    /** Other tests on this machine have another net. */
    private final String net = "127." + ThreadLocalRandom.current().nextInt(1, 250) + "."
            + ThreadLocalRandom.current().nextInt(250) + ".";

    private final int size;
    private final Wires wires = new Wires();
    private final Map<Integer, Membership> nodes = new LinkedHashMap<>();

    public Fabric(int size) throws IOException {
        this.size = size;
        for (int i = 1; i <= size; i++) {
            wires.lay(net + (100 + i), net + i, PORT);
        }
    }

    private Cluster settings(int node, Detection detection) {
        List<Seed> seeds = IntStream.rangeClosed(1, size)
                .mapToObj(i -> new Seed(net + (100 + i), PORT))
                .toList();
        return new Cluster(
                true,
                Optional.empty(),
                IpAddress.parse(net + node),
                PORT,
                Optional.of(IpAddress.parse(net + (100 + node))),
                seeds,
                GOSSIP,
                detection,
                Cluster.Sync.DEFAULT,
                Optional.empty(),
                false);
    }

    public static NodeId name(int node) {
        return new NodeId("lb-" + node);
    }

    public Membership start(int node) {
        return start(node, name(node), KEYS, QUICK);
    }

    public Membership start(int node, NodeId name, Keyring keyring, Detection detection) {
        Membership membership = new Membership(name, settings(node, detection), keyring);
        nodes.put(node, membership);
        membership.start();
        return membership;
    }

    /** Links of one that calls itself so, in the place of a node, and is no member; of two it is the later one. */
    Links strange(int node, NodeId name) throws IOException {
        Identity identity = new Identity(
                name, new UUID(Long.MAX_VALUE, 0), new PeerAddress(net + (100 + node), PORT), Duration.ZERO);
        return new Links(IpAddress.parse(net + node), PORT, KEYS, () -> identity, (_, _, _) -> {});
    }

    Membership node(int node) {
        return Optional.ofNullable(nodes.get(node)).orElseThrow();
    }

    /** Whether each of them takes exactly these for its peers. */
    public boolean agree(int... members) {
        List<NodeId> names =
                IntStream.of(members).mapToObj(Fabric::name).sorted().toList();
        return IntStream.of(members)
                .allMatch(member -> List.copyOf(node(member).present()).equals(names));
    }

    /** As {@code kill -9} does. */
    public void kill(int node) {
        kill(node(node));
    }

    /** Its goodbye goes nowhere. */
    private static void kill(Membership node) {
        node.disconnect();
        Thread.ofVirtual().start(node::close);
    }

    /** What has gone over all wires since they were laid, with so many bytes more for each segment. */
    public long bytesWith(int headers) {
        return wires.bytes() + headers * wires.segments();
    }

    /** Nothing goes between the two any more, in either direction, and nobody is told. */
    void cut(int one, int other) {
        wires.cut(net + one, net + other);
        wires.cut(net + other, net + one);
    }

    void heal() {
        wires.heal();
    }

    @Override
    public void close() throws IOException {
        wires.heal();
        nodes.values().forEach(Fabric::kill);
        wires.close();
    }
}
