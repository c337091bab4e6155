package io.weir.cluster;

import io.scalecube.cluster.ClusterConfig;
import io.scalecube.cluster.ClusterImpl;
import io.scalecube.cluster.ClusterMessageHandler;
import io.scalecube.cluster.transport.api.Message;
import io.weir.cluster.link.PeerAddress;
import io.weir.model.Cluster.Detection;
import io.weir.model.Cluster.Gossip;
import io.weir.model.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * scalecube, set up as the settings say:
 *
 * <pre>
 * :ping-interval-ms    interval of the failure detector
 * :ping-timeout-ms     of one ping; when it is the interval, no other node is asked to ping in turn
 * :ping-req-count      nodes that are asked
 * :suspicion-mult      times the interval and the bits of the number of nodes (2 for 2 and 3, 3 for 4 to 7): until it is dead
 * :gossip-interval-ms  and :gossip-fanout: the same; what is gossiped is told in 3 times the bits of the number of rounds
 * </pre>
 *
 * <p>How members are seen is told to one node a second, whatever {@code :push-pull-interval-ms} says, which is about facts: a
 * table of members is small, and what joins or comes back is found by it.
 */
final class Swim implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Swim.class);

    static final int SYNC_MILLIS = 1000;

    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /** Less than a round trip, a handshake and a busy scheduler take is no death; an answer that late is no answer. */
    private static final int METADATA_MILLIS = 3000;

    private static final int GOODBYE_ROUNDS = 5;

    private final ClusterImpl cluster;
    private final Duration goodbye;
    private volatile boolean ready;

    /** What scalecube has to say. Called by its one thread, which also answers pings: nobody may wait there. */
    interface Listener {
        void added(NodeId node, UUID boot, PeerAddress address);

        void leaves(UUID boot);

        void removed(UUID boot);

        void gossip(byte[] content);
    }

    Swim(
            NodeId node,
            UUID boot,
            Collection<PeerAddress> seeds,
            Gossip gossip,
            Detection detection,
            LinkTransport transport,
            ClosedCodec codec,
            Listener listener) {
        this.goodbye = gossip.interval().multipliedBy(GOODBYE_ROUNDS);
        this.cluster = new ClusterImpl(config(node, boot, seeds, gossip, detection, transport, codec)).handler(_ -> {
            ready = true;
            return new Handler(listener);
        });
    }

    static ClusterConfig config(
            NodeId node,
            UUID boot,
            Collection<PeerAddress> seeds,
            Gossip gossip,
            Detection detection,
            LinkTransport transport,
            ClosedCodec codec) {
        String[] asked = Stream.concat(seeds.stream().map(PeerAddress::toString), Stream.of(LinkTransport.MISSING))
                .toArray(String[]::new);
        return ClusterConfig.defaultConfig()
                .memberId(boot.toString())
                .memberAlias(node.name())
                .metadata(node.name())
                .metadataCodec(new NameCodec())
                .metadataTimeout(METADATA_MILLIS)
                .transport(options -> options.transportFactory(_ -> transport).messageCodec(codec))
                .failureDetector(options -> options.pingInterval(millis(detection.pingInterval()))
                        .pingTimeout(millis(detection.pingTimeout()))
                        .pingReqMembers(detection.indirectPings()))
                .gossip(options ->
                        options.gossipInterval(gossip.interval().toMillis()).gossipFanout(gossip.fanout()))
                .membership(options -> options.seedMembers(asked)
                        .syncInterval(SYNC_MILLIS)
                        .syncTimeout(SYNC_MILLIS)
                        .suspicionMult(detection.suspicionMultiplier()));
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }

    /** scalecube asks for it, whatever it is told. */
    static void requireHostName() {
        try {
            InetAddress.getLocalHost();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "this host's own name" + ownName() + " has no address, which a cluster needs: add it to /etc/hosts",
                    e);
        }
    }

    /** Java's own message has it among other things. */
    private static String ownName() {
        try {
            return ", " + Files.readString(HOST_NAME).strip() + ",";
        } catch (IOException unknown) {
            return "";
        }
    }

    /** Asks the seeds, and returns when they have answered, or a second later. */
    void start() {
        cluster.startAwait();
    }

    void gossip(byte[] content) {
        if (!ready) {
            return; // nobody is known yet who could hear it
        }
        cluster.spreadGossip(
                        Message.withData(content).qualifier(ClosedWorld.GOSSIP).build())
                .subscribe(_ -> {}, failed -> LOG.debug("cluster: a gossip is not told", failed));
    }

    /** Says goodbye, and stops. */
    @Override
    public void close() {
        ready = false;
        cluster.shutdown();
        try {
            cluster.onShutdown().block(goodbye);
        } catch (IllegalStateException notInTime) {
            LOG.debug("cluster: goodbye was said to some", notInTime);
        }
    }

    private record Handler(Listener listener) implements ClusterMessageHandler {
        @Override
        public void onGossip(Message message) {
            if (message.data() instanceof byte[] content) {
                listener.gossip(content);
            }
        }

        @Override
        public void onMembershipEvent(io.scalecube.cluster.membership.MembershipEvent event) {
            io.scalecube.cluster.Member member = event.member();
            try {
                UUID boot = UUID.fromString(member.id());
                switch (event.type()) {
                    case ADDED ->
                        listener.added(
                                new NodeId(String.valueOf(member.alias())),
                                boot,
                                LinkTransport.parse(member.address()));
                    case LEAVING -> listener.leaves(boot);
                    case REMOVED -> listener.removed(boot);
                    case UPDATED -> {
                        // A node's name never changes.
                    }
                }
            } catch (IllegalArgumentException malformed) {
                LOG.warn("cluster: a member without a proper name is left out: {}", member);
            }
        }
    }
}
