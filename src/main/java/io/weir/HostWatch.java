package io.weir;

import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.libbpf.Interfaces;
import io.weir.libbpf.NetworkChanges;
import io.weir.libbpf.RoutingTable;
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
 * links, addresses or routes changed, and when there are other targets.
 */
final class HostWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostWatch.class);

    /** Until replies of a new target are caught where they come in; until then they are where they leave. */
    private static final int TARGETS_EVERY_SECONDS = 1;

    private final Engine engine;
    private final NetworkChanges changes = new NetworkChanges();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Set<Endpoint> asked = Set.of();
    private volatile boolean missed;

    HostWatch(Engine engine) {
        this.engine = engine;
    }

    /** @param targets asked for at once, so that their replies are caught from the first connection on */
    HostWatch start(Set<Endpoint> targets) {
        tellLinks();
        tellPaths(targets);
        asked = targets;
        Thread.ofPlatform().name("weir-network").daemon().start(this::followNetwork);
        Thread.ofPlatform().name("weir-targets").daemon().start(this::followTargets);
        return this;
    }

    private void followNetwork() {
        try {
            while (changes.await()) {
                tellAll();
            }
        } finally {
            changes.release();
        }
    }

    /** An interface may go while it is asked about, descriptors may run out for a moment: it is tried again within a second. */
    private void tellAll() {
        try {
            missed = false;
            tellLinks();
            tellPaths(targets());
        } catch (RuntimeException failed) {
            missed = true;
            LOG.warn("a network change could not be looked at, trying again: {}", failed.toString());
        }
    }

    private void followTargets() {
        try {
            do {
                Set<Endpoint> targets = targets();
                if (missed || !targets.equals(asked)) {
                    tellAll();
                    asked = targets;
                }
            } while (!closed.await(TARGETS_EVERY_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellLinks() {
        Map<String, Event.Link> links = new HashMap<>();
        Interfaces.all().forEach((name, index) -> links.put(name, new Event.Link(index)));
        engine.tell(new Event.LinksChanged(links));
    }

    private void tellPaths(Set<Endpoint> targets) {
        Map<Endpoint, String> paths = new HashMap<>();
        try (RoutingTable table = new RoutingTable()) {
            for (Endpoint target : targets) {
                table.interfaceTo(target.address().bytes()).stream()
                        .mapToObj(Interfaces::name)
                        .forEach(name -> name.ifPresent(found -> paths.put(target, found)));
            }
        }
        // A link-local address says itself where it is.
        targets.forEach(target -> target.zone().ifPresent(zone -> paths.put(target, zone)));
        engine.tell(new Event.PathsChanged(paths));
    }

    private Set<Endpoint> targets() {
        return Set.copyOf(engine.snapshot().targets().values());
    }

    @Override
    public void close() {
        closed.countDown();
        changes.close();
    }
}
