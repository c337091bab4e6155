package io.weir.admin;

import io.weir.admin.EventStreams.StreamsView;
import io.weir.admin.Views.InterfaceView;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.stats.DataPathCounts.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether it lives, whether it is ready, and how it is. */
final class StatusRoutes {

    /** Each reading asks the kernel for every counter: no more of them than people can tell apart, however many ask. */
    private static final Duration OLDEST_VERDICTS = Duration.ofMillis(100);

    private final Node node;
    private final EventStreams events;
    private final SharedReading<List<Verdict>> verdicts;
    private final long started = System.nanoTime();

    StatusRoutes(Node node, EventStreams events) {
        this.node = node;
        this.events = events;
        this.verdicts = new SharedReading<>(node.counts()::verdicts, OLDEST_VERDICTS, System::nanoTime);
    }

    /**
     * What the caller may, who may read at least.
     *
     * @param change whether changes are answered too
     */
    record AccessView(boolean change) {}

    /** @param status {@code ok} */
    record AliveView(String status) {}

    /** @param why not; empty when it is */
    record ReadyView(boolean ready, String why) {}

    /**
     * @param running as long as there is an answer
     * @param generation raised with each change
     * @param synchronised whether the data path holds all that is wanted
     * @param attachedInterfaces where the data path is
     * @param proxies how many there are
     * @param targets how many addresses the proxies have in all
     * @param lastError what went wrong last and has not come right since
     * @param errors all that went wrong since the start
     * @param verdicts packets that were not plainly forwarded, by what became of them and why; reasons without any are left out;
     *     at most a tenth of a second old
     * @param vips which this node has, as keepalived tells it
     * @param events readers of {@code GET events}
     */
    record StatusView(
            boolean running,
            String version,
            long uptimeMs,
            long generation,
            boolean synchronised,
            List<String> attachedInterfaces,
            List<InterfaceView> interfaces,
            int proxies,
            long targets,
            boolean statsEnabled,
            Optional<String> lastError,
            long errors,
            List<Verdict> verdicts,
            List<VipView> vips,
            StreamsView events) {}

    /**
     * @param instance keepalived's name for it
     * @param role {@code master}, {@code backup}, {@code fault} or {@code stopped}
     * @param sinceMs how long it is so
     */
    record VipView(String instance, String role, long sinceMs) {}

    List<Route> routes() {
        return List.of(
                Route.get("/health", "Whether the process lives")
                        .open()
                        .answers(Shape.of(AliveView.class))
                        .by(request -> Answer.ok(new AliveView("ok"))),
                Route.get(
                                "/ready",
                                "Whether the data path holds all that is wanted and peers' connections are known; 503 while not")
                        .open()
                        .answers(Shape.of(ReadyView.class))
                        .by(request -> ready()),
                Route.get("status", "How the node is; its verdicts are read at most ten times a second")
                        .answers(Shape.of(StatusView.class))
                        .by(request -> Answer.ok(status())),
                Route.get("access", "What the caller's key allows")
                        .answers(Shape.of(AccessView.class))
                        .by(request -> Answer.ok(new AccessView(request.mayChange()))));
    }

    private Answer ready() {
        Snapshot snapshot = node.operations().status();
        if (snapshot.settings().isEmpty()) {
            throw Refusals.unavailable("not-ready", "no configuration is applied yet");
        }
        if (!snapshot.synchronised()) {
            throw Refusals.unavailable(
                    "not-ready",
                    "the data path does not hold all that is wanted yet"
                            + snapshot.lastError().map(error -> ": " + error).orElse(""));
        }
        node.cluster().behind().ifPresent(why -> {
            throw Refusals.unavailable("not-ready", why);
        });
        return new Answer(200, new ReadyView(true, ""), Map.of());
    }

    private StatusView status() {
        Snapshot snapshot = node.operations().status();
        List<InterfaceView> interfaces =
                snapshot.hooks().stream().map(Views::of).toList();
        return new StatusView(
                true,
                node.version(),
                (System.nanoTime() - started) / 1_000_000,
                snapshot.generation(),
                snapshot.synchronised(),
                interfaces.stream()
                        .filter(hook -> hook.mode().isPresent())
                        .map(InterfaceView::name)
                        .toList(),
                interfaces,
                snapshot.proxies().size(),
                snapshot.proxies().stream().mapToLong(StatusRoutes::targets).sum(),
                snapshot.settings().map(settings -> settings.statsEnabled()).orElse(false),
                snapshot.lastError(),
                snapshot.errors(),
                verdicts.get().stream().filter(verdict -> verdict.packets() > 0).toList(),
                vips(),
                events.view());
    }

    private List<VipView> vips() {
        long now = System.currentTimeMillis();
        return node.vips().get().entrySet().stream()
                .map(entry -> new VipView(
                        entry.getKey(),
                        entry.getValue().word(),
                        Math.max(0, now - entry.getValue().since())))
                .toList();
    }

    private static long targets(ProxyStatus proxy) {
        return Stream.concat(Stream.of(proxy.targets()), proxy.routes().stream().map(route -> route.targets()))
                .mapToLong(List::size)
                .sum();
    }
}
