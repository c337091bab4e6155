package io.weir.cluster;

import io.scalecube.cluster.membership.MemberStatus;
import io.weir.cluster.ClosedWorld.Sighting;
import io.weir.cluster.link.Identity;
import io.weir.cluster.link.Keyring;
import io.weir.cluster.link.LinkKind;
import io.weir.cluster.link.LinkRefusal;
import io.weir.cluster.link.Links;
import io.weir.cluster.link.PeerAddress;
import io.weir.cluster.link.Receiver;
import io.weir.flow.Replication;
import io.weir.model.Cluster;
import io.weir.model.Cluster.Seed;
import io.weir.model.Feed;
import io.weir.model.NodeId;
import io.weir.model.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node among its peers: who they are, and how to reach them. A node that finds nobody is complete, and goes on asking.
 *
 * <p>Two nodes of one name are told so as soon as one calls the other: the one that was started later stays out.
 */
public final class Membership implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    /** What is gossiped is told to everybody several times over. */
    private static final int LARGEST_GOSSIP = 32 << 10;

    /** Ages are told a round trip late: starts as close as this are told apart by their ids. */
    private static final Duration TOGETHER = Duration.ofSeconds(5);

    private final NodeId self;
    private final UUID boot = UUID.randomUUID();
    private final long started = System.nanoTime();
    private final PeerAddress address;
    private final Roster peers;
    private final MissingPeers missing;
    private final Feed<MembershipEvent> events = new Feed<>();
    private final Links links;
    private final FlowLinks flows;
    private final Swim swim;
    private final MembershipLog log = new MembershipLog();
    private final GossipQueue gossips = new GossipQueue();
    private final LinkTransport transport;
    private final Solitude solitude;
    private volatile Optional<PeerAddress> older = Optional.empty();
    private volatile BiConsumer<NodeId, byte[]> facts = (_, _) -> {};

    /**
     * Listens for peers from now on; {@link #start} looks for them.
     *
     * @throws IllegalStateException if the port cannot be had, or a setting is no good, with what to do
     */
    public Membership(NodeId self, Cluster settings, Keyring keyring) {
        Swim.requireHostName();
        this.self = self;
        this.peers = new Roster(self);
        this.address = new PeerAddress(OwnAddress.of(settings).toString(), settings.bindPort());
        List<PeerAddress> seeds = others(settings.seeds());
        this.missing = new MissingPeers(seeds, address);
        this.solitude = new Solitude(settings.gossip().pushPull(), started);
        this.links = listen(settings, keyring);
        this.flows = new FlowLinks(links);
        ClosedCodec codec = new ClosedCodec(this::seen);
        this.transport = new LinkTransport(address, links, codec, this::missing);
        this.swim = new Swim(self, boot, seeds, settings.gossip(), settings.detection(), transport, codec, new Heard());
    }

    private List<PeerAddress> others(List<Seed> seeds) {
        return seeds.stream()
                .map(PeerAddress::of)
                .filter(seed -> !seed.equals(address))
                .toList();
    }

    private Links listen(Cluster settings, Keyring keyring) {
        try {
            return new Links(settings.bindAddress(), settings.bindPort(), keyring, this::identity, new Heard());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot listen for peers on " + settings.bindAddress().beforePort() + ":" + settings.bindPort()
                            + " (" + e.getMessage() + "): correct :bind-address or :bind-port of :cluster, or stop who"
                            + " has it",
                    e);
        }
    }

    private Identity identity() {
        return new Identity(self, boot, address, Duration.ofNanos(System.nanoTime() - started));
    }

    /** Looks for peers, in a thread of its own: a node that finds none is complete. */
    public void start() {
        links.start();
        Thread.ofVirtual().name("weir-cluster-start").start(() -> {
            try {
                swim.start();
            } catch (RuntimeException failed) {
                LOG.error("cluster: this node cannot look for its peers", failed);
            }
        });
    }

    public NodeId self() {
        return self;
    }

    /** Another one for each start. */
    public UUID boot() {
        return boot;
    }

    /** All nodes that take part, this one included, and the last ones that did; by name. */
    public List<Member> members() {
        List<Member> members = new ArrayList<>();
        synchronized (peers) {
            members.addAll(peers.view(System.nanoTime()));
        }
        members.add(new Member(self, boot, address, Member.State.ALIVE, Duration.ofNanos(System.nanoTime() - started)));
        members.sort(Comparator.comparing(Member::node));
        return List.copyOf(members);
    }

    /** Names of those that take part, this node's included. */
    public Set<NodeId> present() {
        return members().stream()
                .filter(member -> member.state().isPresent())
                .map(Member::node)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    public Subscription<MembershipEvent> subscribe(int capacity) {
        return events.subscribe(capacity);
    }

    /**
     * Tells everybody. It may arrive twice, in any order, or not at all.
     *
     * @param content 32 KiB at most
     */
    public void gossip(byte[] content) {
        if (content.length > LARGEST_GOSSIP) {
            throw new IllegalArgumentException("a gossip of " + content.length + " bytes");
        }
        swim.gossip(content);
    }

    /** Who hears what others gossip; called by one thread. */
    public void onGossip(Consumer<byte[]> consumer) {
        gossips.consumer(consumer);
    }

    /** Gossip of others that came faster than it was worked on. */
    public long lostGossip() {
        return gossips.lost();
    }

    /**
     * Sends facts to one node. Never waits.
     *
     * @return false: it takes no part, or there is no room now; nothing is sent
     */
    public boolean sendFacts(NodeId peer, byte[] frame) {
        return addressOf(peer)
                .map(there -> links.send(there, LinkKind.FACTS, frame))
                .orElse(false);
    }

    /** Who hears what others send by {@link #sendFacts}; an IllegalArgumentException says that a frame is malformed. */
    public void onFacts(BiConsumer<NodeId, byte[]> consumer) {
        facts = consumer;
    }

    /** Links for flows go to every member from now on. */
    public void carryFlows(Replication replication) {
        flows.carryFor(replication);
    }

    /** Seals with other keys from now on; nothing that is on its way is lost. */
    public void use(Keyring keyring) {
        links.use(keyring);
    }

    /** Asks at these addresses while nobody is there. One that is left out may be asked until the next start all the same. */
    public void seeds(List<Seed> seeds) {
        missing.seeds(others(seeds));
    }

    /** Connections and frames that were not taken, by reason. */
    public long refused(LinkRefusal refusal) {
        return links.refused(refusal);
    }

    private Optional<PeerAddress> addressOf(NodeId peer) {
        synchronized (peers) {
            return peers.address(peer);
        }
    }

    /** Asked every second. */
    private List<PeerAddress> missing() {
        change(Roster::expire);
        lookForOthers();
        return missing.next(this::isPresent);
    }

    private void lookForOthers() {
        boolean found = present().size() > 1;
        switch (solitude.look(!found && !missing.seeds().isEmpty(), System.nanoTime())) {
            case ALONE -> alone().ifPresent(log::alone);
            case OVER -> {
                if (found) {
                    log.foundOthers();
                }
            }
            case NONE -> {}
        }
    }

    /** Which seeds do not answer, and why, when this node has found no peer for a push-pull interval; empty: it has, or needs none. */
    public Optional<String> alone() {
        return Optional.of(missing.seeds().stream()
                        .map(seed -> seed + " ("
                                + links.failure(seed, LinkKind.CONTROL).orElse("no answer") + ")")
                        .collect(Collectors.joining(", ")))
                .filter(_ -> solitude.lasts())
                .map(seeds -> "no seed answers: " + seeds + "; this node is alone until one does");
    }

    private boolean isPresent(PeerAddress there) {
        synchronized (peers) {
            return peers.isPresent(there);
        }
    }

    private void seen(Sighting sighting) {
        UUID member;
        try {
            member = UUID.fromString(sighting.member().id());
        } catch (IllegalArgumentException nobody) {
            return;
        }
        if (sighting.status() == MemberStatus.SUSPECT) {
            change((all, now) -> all.suspect(member, sighting.incarnation(), now));
        } else if (sighting.status() == MemberStatus.ALIVE) {
            change((all, now) -> all.alive(member, sighting.incarnation(), now));
        }
    }

    private void change(BiFunction<Roster, Long, List<MembershipEvent>> change) {
        synchronized (peers) {
            change.apply(peers, System.nanoTime()).forEach(this::follow);
        }
    }

    /** In the order things happen. */
    private void follow(MembershipEvent event) {
        switch (event) {
            case MembershipEvent.Joined joined -> flows.to(joined.node(), joined.address());
            case MembershipEvent.Restarted restarted -> flows.to(restarted.node(), restarted.address());
            case MembershipEvent.Left left -> flows.left(left.node());
            case MembershipEvent.Died died -> {
                flows.dead(died.node(), present());
                links.forget(died.boot(), died.address()); // a host that vanished never ends its side
            }
            case MembershipEvent.Suspected _, MembershipEvent.Recovered _, MembershipEvent.NameTaken _ -> {
                // Its links stay: who is suspected may live.
            }
        }
        log.write(event);
        events.tell(event);
    }

    private synchronized void clash(Identity other) {
        if (!isYoungerThan(other)) {
            log.younger(other);
        } else if (older.isEmpty()) {
            older = Optional.of(other.address());
            log.older(other);
            Thread.ofVirtual().name("weir-cluster-out").start(this::standBack);
        }
    }

    private boolean isYoungerThan(Identity other) {
        Duration more = other.age().minus(identity().age());
        return more.abs().compareTo(TOGETHER) > 0 ? more.isPositive() : boot.compareTo(other.boot()) > 0;
    }

    private void standBack() {
        swim.close();
        flows.close();
    }

    /** Where an older node of this node's name is; this one takes no part until it is started anew. */
    public Optional<PeerAddress> olderNamesake() {
        return older;
    }

    /** Says goodbye, and stops. */
    @Override
    public void close() {
        swim.close();
        disconnect();
    }

    /** Nothing goes out or comes in any more. */
    void disconnect() {
        flows.close();
        links.close();
        gossips.close();
    }

    /** What scalecube and the links have to say. */
    private final class Heard implements Swim.Listener, Receiver {

        @Override
        public void frame(LinkKind kind, Identity peer, byte[] frame) {
            switch (kind) {
                case CONTROL -> transport.receive(frame);
                case FACTS -> facts.accept(peer.node(), frame);
                case FLOWS -> flows.frame(peer.node(), frame);
            }
        }

        /** What is told by name is believed of one node of that name alone. */
        @Override
        public boolean hears(LinkKind kind, Identity peer) {
            synchronized (peers) {
                return kind == LinkKind.CONTROL || !peers.isTaken(peer.node(), peer.boot(), peer.address());
            }
        }

        @Override
        public boolean meet(Identity peer) {
            if (peer.node().equals(self)) {
                clash(peer);
                return false;
            }
            missing.met(peer.address());
            synchronized (peers) {
                peers.met(peer.node(), peer.boot(), peer.address());
            }
            return true;
        }

        @Override
        public void added(NodeId node, UUID start, PeerAddress there) {
            change((all, now) -> all.added(node, start, there, now));
        }

        @Override
        public void leaves(UUID start) {
            change((all, now) -> all.leaves(start, now));
        }

        @Override
        public void removed(UUID start) {
            change((all, now) -> all.removed(start, now));
        }

        @Override
        public void gossip(byte[] content) {
            gossips.offer(content);
        }
    }
}
