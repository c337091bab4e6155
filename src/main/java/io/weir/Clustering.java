package io.weir;

import io.weir.cluster.Membership;
import io.weir.cluster.NodeIdFile;
import io.weir.cluster.SharedFacts;
import io.weir.cluster.link.Keyring;
import io.weir.dataplane.KernelDataplane;
import io.weir.dataplane.ShadowTable;
import io.weir.engine.Engine;
import io.weir.engine.Outbox;
import io.weir.engine.Snapshot;
import io.weir.flow.ReplicationStatus;
import io.weir.flow.ReplicationThread;
import io.weir.flow.UnsharedFlows;
import io.weir.model.Change;
import io.weir.model.Cluster;
import io.weir.model.Endpoint;
import io.weir.model.NodeId;
import io.weir.model.Settings;
import io.weir.stats.FlowStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The node among its peers, where the settings want that: membership, and the facts and flows that are shared. */
final class Clustering implements AutoCloseable {

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Membership membership;
    private final SharedFacts facts;
    private volatile Cluster settings;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Optional<ReplicationThread> flows = Optional.empty();

    /** Connections of this node, where they are not shared. */
    private volatile LongSupplier unshared = () -> 0;

    private volatile Keyring keys;
    private final CatchUp catchUp;
    private Optional<Thread> follower = Optional.empty();

    private Clustering(NodeId self, Cluster settings, boolean carriesOn) {
        this.settings = settings;
        this.keys = keyring(settings);
        this.membership = new Membership(self, settings, keys);
        this.facts = new SharedFacts(self, settings);
        this.catchUp = new CatchUp(carriesOn, System::nanoTime, this::outside, this::missing);
    }

    /**
     * Has the port for peers from now on.
     *
     * @throws IllegalStateException if the port, the keyring or the file of the node's name is no good
     */
    static Optional<Clustering> of(Settings settings) {
        Cluster wanted = settings.control().cluster();
        return wanted.enabled()
                ? Optional.of(new Clustering(
                        wanted.nodeId().map(NodeId::new).orElseGet(() -> NodeIdFile.of(nodeIdFile(settings.pinPath()))),
                        wanted,
                        ReadyFile.saysReady(settings.pinPath())))
                : Optional.empty();
    }

    /** What systemd gives a service to keep things in, or the same place; each data path of a host is a node of its own. */
    static Path nodeIdFile(Path pinPath) {
        Path folder = Optional.ofNullable(System.getenv("STATE_DIRECTORY"))
                .map(Path::of)
                .orElse(Path.of("/var/lib/weir"));
        String name = pinPath.equals(Settings.DEFAULT.pinPath())
                ? "node-id"
                : "node-id-%08x".formatted(PinLock.position(pinPath));
        return folder.resolve(name);
    }

    private static Keyring keyring(Cluster settings) {
        return settings.keyringFile().map(Keyring::read).orElseGet(Keyring::none);
    }

    /**
     * Looks whether a node with these settings could start with its keyring.
     *
     * @throws IllegalStateException if that is no good
     */
    static void requireKeyring(Cluster settings) {
        if (settings.enabled()) {
            keyring(settings);
        }
    }

    /** What the engine has to say to peers. */
    Outbox outbox() {
        return facts;
    }

    Membership membership() {
        return membership;
    }

    SharedFacts facts() {
        return facts;
    }

    Cluster settings() {
        return settings;
    }

    /** How many keys there are; 0: nothing is sealed. */
    int keys() {
        return keys.size();
    }

    /**
     * Tells peers what flows this node carries and holds theirs ready, where the settings want it; else it tells them that.
     *
     * @param parts what is opened is added to them
     * @param proxyNames by number, another map whenever they change
     */
    void replicate(KernelDataplane dataplane, Supplier<Map<Integer, String>> proxyNames, Parts parts) {
        if (settings.sharesFlows()) {
            ShadowTable shadows = parts.add(dataplane.shadows(proxyNames), ShadowTable::close);
            ReplicationThread thread = parts.add(
                    ReplicationThread.start(
                            membership.self(),
                            dataplane.ownFlows(proxyNames),
                            shadows,
                            settings.gossip().pushPull()),
                    ReplicationThread::close);
            flows = Optional.of(thread);
            facts.heldHere(peer -> thread.status().shadowsOf(peer) > 0);
            membership.carryFlows(thread);
        } else {
            unshared = () -> dataplane.counters().expiry().flows();
            membership.carryFlows(new UnsharedFlows());
        }
    }

    /** What hears of each flow that opens or closes; empty where nobody is told of them. */
    Optional<FlowStream.Observer> observer() {
        return flows.map(FlowTeller::new);
    }

    /** How the replication of flows stands. */
    ReplicationStatus replication() {
        return flows.map(ReplicationThread::status).orElseGet(() -> ReplicationStatus.unshared(unshared.getAsLong()));
    }

    /** Compares connections with all peers now; done when that has begun, at once where they are not shared. */
    CompletableFuture<Void> compareFlows() {
        return flows.map(ReplicationThread::compareNow).orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    /** Looks for peers. */
    void start(Engine engine, Probing probing) {
        facts.start(membership, engine, probing);
        probing.tellChecks(facts::checks);
        follower = flows.map(
                replication -> Thread.ofVirtual().name("weir-clustering").start(() -> follow(engine, replication)));
        membership.start();
    }

    /** A flow of a peer's whose target or proxy was not known here is asked for again when it may be. */
    private void follow(Engine engine, ReplicationThread replication) {
        Snapshot snapshot = engine.snapshot();
        Map<Integer, Endpoint> targets = Map.of();
        Map<Integer, String> proxies = Map.of();
        try {
            while (!engine.isClosed()) {
                if (!snapshot.targets().equals(targets)
                        || !snapshot.proxyNames().equals(proxies)) {
                    targets = snapshot.targets();
                    proxies = snapshot.proxyNames();
                    replication.configured();
                }
                snapshot = engine.awaitAfter(snapshot.generation(), LOOK);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** What this node does not know yet of its peers; empty once it was in sync, or has waited for long enough. */
    Optional<String> behind() {
        return catchUp.behind();
    }

    /** Why this node takes no part; empty: it does. */
    Optional<String> outside() {
        return membership
                .olderNamesake()
                .map(where -> "the node at " + where + " has this node's name and was there before it");
    }

    private Optional<String> missing() {
        if (!facts.isReady()) {
            return Optional.of("what peers know of targets is not drawn yet");
        }
        Map<NodeId, ReplicationStatus.Peer> peers = replication().peers();
        return membership.present().stream()
                .filter(peer -> flows.isPresent()
                        && !peer.equals(membership.self())
                        && !Optional.ofNullable(peers.get(peer))
                                .map(known -> known.linked() && known.inSync())
                                .orElse(false))
                .findFirst()
                .map(peer -> "the connections of " + peer + " are not drawn yet");
    }

    /**
     * Reads the keyring again. What is returned goes on with it, with the seeds, with what is shared and with who checks what, and says by their names
     * if it holds other keys, or the same in another order.
     *
     * @throws IllegalStateException if it is no good; all goes on as before
     */
    PeerKeys reread(Cluster wanted) {
        Keyring young = keyring(wanted);
        Optional<Change> change = Optional.of(
                        new Change("settings.cluster.keyring", keys.names(), young.names(), false))
                .filter(names -> !names.before().equals(names.after()));
        return new PeerKeys(change, () -> {
            membership.use(young);
            membership.seeds(wanted.seeds());
            facts.share(wanted.sync());
            keys = young;
            settings = wanted;
        });
    }

    /** Says goodbye. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            follower.ifPresent(Thread::interrupt);
            facts.close();
            membership.close();
        }
    }
}
