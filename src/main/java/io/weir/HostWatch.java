package io.weir;

import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Snapshot;
import io.weir.libbpf.NetworkChanges;
import io.weir.model.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the engine which interfaces there are and by which one each target is reached: at the start, when the kernel says that
 * links, addresses, routes or neighbours changed, and when there are other targets. The only one who listens for that.
 */
final class HostWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostWatch.class);

    /** Until replies of a new target are caught where they come in; until then they are where they leave. */
    private static final int TARGETS_EVERY_SECONDS = 1;

    /** Changes come in bursts: those of a tenth of a second are told as one. */
    private static final int BURST_MS = 100;

    private final Engine engine;
    private final HostView host;
    private final NetworkChanges changes = new NetworkChanges();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Set<Endpoint> first = Set.of();
    private volatile Set<Endpoint> asked = Set.of();
    private volatile boolean missed;

    HostWatch(Engine engine, HostView host) {
        this.engine = engine;
        this.host = host;
    }

    /** @param targets asked for at once, so that their replies are caught from the first connection on */
    HostWatch start(Set<Endpoint> targets) {
        first = targets;
        try {
            tell(targets);
        } catch (RuntimeException failed) {
            changes.release(); // no thread will
            throw failed;
        }
        Thread.ofPlatform().name("weir-network").daemon().start(this::followNetwork);
        Thread.ofPlatform().name("weir-targets").daemon().start(this::followTargets);
        return this;
    }

    private void followNetwork() {
        try {
            while (changes.await()) {
                engine.tell(new Event.NetworkChanged());
                tellAll();
                closed.await(BURST_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            changes.release();
        }
    }

    /** An interface may go while it is asked about, descriptors may run out for a moment: it is tried again within a second. */
    private synchronized void tellAll() {
        try {
            missed = false;
            tell(targets());
        } catch (RuntimeException failed) {
            missed = true;
            LOG.warn("a network change could not be looked at, trying again: {}", failed.toString());
        }
    }

    private void followTargets() {
        try {
            do {
                if (missed || !targets().equals(asked)) {
                    tellAll();
                }
            } while (!closed.await(TARGETS_EVERY_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Set<Endpoint> targets) {
        Map<String, Event.Link> links = new HashMap<>();
        host.interfaces().forEach((name, index) -> links.put(name, new Event.Link(index)));
        engine.tell(new Event.LinksChanged(links));
        engine.tell(new Event.PathsChanged(host.paths(targets)));
        asked = targets;
    }

    /** Before the engine has its configuration it names none: forgetting the first ones would leave their replies alone. */
    private Set<Endpoint> targets() {
        Snapshot snapshot = engine.snapshot();
        return snapshot.settings().isEmpty()
                ? first
                : Set.copyOf(snapshot.targets().values());
    }

    @Override
    public void close() {
        closed.countDown();
        changes.close();
    }
}
