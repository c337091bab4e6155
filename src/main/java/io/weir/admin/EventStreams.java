package io.weir.admin;

import io.weir.engine.Notice;
import io.weir.model.Feed;
import io.weir.model.Subscription;
import io.weir.probe.NameStatus;
import io.weir.stats.FlowEvent;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Server-sent events (the HTML standard's text/event-stream). Each reader has a bounded share of what waits; one that is too
 * slow for it is let go and counted, and never holds up the node or other readers.
 */
final class EventStreams implements AutoCloseable {

    private static final int STREAMS = 32;
    private static final int WAITING = 1024;
    private static final int BATCH = 256;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final Node node;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final RecentEvents recent = new RecentEvents();
    private volatile boolean closed;

    EventStreams(Node node) {
        this.node = node;
    }

    /**
     * @param streams that are open
     * @param dropped readers that were let go because they were too slow
     */
    record StreamsView(int streams, long dropped) {}

    StreamsView view() {
        return new StreamsView(open.get(), dropped.get());
    }

    List<Route> routes() {
        return List.of(
                Route.get("events/recent", "The latest events but weights and connections, the newest first")
                        .answers(Shape.listOf(EventView.class))
                        .by(request -> Answer.ok(recent.latest())),
                Route.get("events", "What becomes otherwise from now on, as server-sent events")
                        .query(
                                "kinds",
                                "only these, separated by commas: " + String.join(", ", EventView.KINDS)
                                        + "; without it all but " + EventView.DNS + " and " + EventView.CONNECTIONS,
                                Shape.of(String.class))
                        .answers(new Shape.Events(Shape.of(EventView.class)))
                        .by(request -> Answer.ok(stream(request))));
    }

    /** Remembers events from now on. */
    void remember() {
        Subscription<Notice> notices = node.notices().apply(WAITING);
        Thread.ofVirtual().name("weir-admin-events").start(() -> {
            try (notices) {
                while (!closed) {
                    notices.next(LOOK)
                            .map(EventView::of)
                            .filter(event -> EventView.REMEMBERED.contains(event.kind()))
                            .ifPresent(recent::add);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private Answer.Stream stream(Request request) {
        Set<String> kinds = request.query("kinds")
                .map(text -> new TreeSet<>(List.of(text.split(","))))
                .orElseGet(() -> new TreeSet<>(EventView.COMMON));
        if (!EventView.KINDS.containsAll(kinds)) {
            throw Refusal.invalid("?kinds", "the kinds are " + String.join(", ", EventView.KINDS));
        }
        return response -> write(response, kinds);
    }

    private void write(HttpServletResponse response, Set<String> kinds) {
        if (open.incrementAndGet() > STREAMS) {
            open.decrementAndGet();
            throw Refusals.unavailable("too-many-streams", "more than " + STREAMS + " readers of events; close one");
        }
        try (Sources sources = new Sources(kinds)) {
            response.setContentType("text/event-stream");
            response.setCharacterEncoding("UTF-8");
            response.setHeader("X-Accel-Buffering", "no"); // a proxy in between must not collect them
            pump(response.getOutputStream(), sources, kinds);
        } catch (IOException gone) {
            // The reader went, or took nothing for as long as a connection may be idle.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.decrementAndGet();
        }
    }

    /** What one reader may hear. Of lookups and connections nothing unless they are asked for: those streams are busy ones. */
    private final class Sources implements AutoCloseable {

        private final Subscription<Notice> notices = node.notices().apply(WAITING);
        private final Subscription<NameStatus> names;
        private final Subscription<FlowEvent> flows;

        Sources(Set<String> kinds) {
            names = kinds.contains(EventView.DNS)
                    ? node.operations().dns().subscribe(WAITING)
                    : new Feed<NameStatus>().subscribe(1);
            flows = kinds.contains(EventView.CONNECTIONS)
                    ? node.flowEvents().apply(WAITING)
                    : new Feed<FlowEvent>().subscribe(1);
        }

        /** What has come; waits a while for something. */
        List<EventView> next() throws InterruptedException {
            List<EventView> views = new ArrayList<>();
            notices.next(LOOK).map(EventView::of).ifPresent(views::add);
            notices.take(BATCH).forEach(next -> views.add(EventView.of(next)));
            names.take(BATCH).forEach(next -> views.add(EventView.of(next)));
            flows.take(WAITING).forEach(next -> views.add(EventView.of(next)));
            return views;
        }

        long lost() {
            return notices.lost() + names.lost() + flows.lost();
        }

        @Override
        public void close() {
            notices.close();
            names.close();
            flows.close();
        }
    }

    private void pump(OutputStream out, Sources sources, Set<String> kinds) throws IOException, InterruptedException {
        send(out, ": weir\n\n");
        long last = System.nanoTime();
        while (!closed) {
            StringBuilder text = new StringBuilder();
            sources.next().forEach(next -> append(text, next, kinds));
            if (sources.lost() > 0) {
                dropped.incrementAndGet();
                send(out, text + "event: dropped\ndata: {\"reason\":\"read too slowly: events were lost\"}\n\n");
                return;
            }
            if (text.isEmpty() && System.nanoTime() - last > HEARTBEAT.toNanos()) {
                text.append(": alive\n\n");
            }
            if (!text.isEmpty()) {
                send(out, text.toString());
                last = System.nanoTime();
            }
        }
    }

    private static void append(StringBuilder text, EventView view, Set<String> kinds) {
        if (kinds.contains(view.kind())) {
            String json = new String(Json.bytes(view), StandardCharsets.UTF_8);
            text.append("event: ")
                    .append(view.kind())
                    .append("\ndata: ")
                    .append(json)
                    .append("\n\n");
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Lets all readers go. */
    @Override
    public void close() {
        closed = true;
    }
}
