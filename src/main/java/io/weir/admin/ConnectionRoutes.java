package io.weir.admin;

import io.weir.model.Cidr;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.Protocol;
import io.weir.stats.ConnectionFilter;
import io.weir.stats.Connections;
import io.weir.stats.Cursor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The connections in the flow table. Each answer is a walk over the table, so they are given one after the other. */
final class ConnectionRoutes {

    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final Connections connections;
    private final ReentrantLock walking = new ReentrantLock();

    ConnectionRoutes(Node node) {
        this.connections = node.connections();
    }

    /**
     * @param proxy null when it was removed
     * @param target null when it is known no more
     * @param packetsForward from client to target; null unless totals are kept
     * @param packetsReverse from target to client
     */
    record ConnectionView(
            Protocol protocol,
            String client,
            String vip,
            Optional<String> proxy,
            Optional<String> target,
            Flow.State state,
            long ageSec,
            long idleSec,
            Optional<Long> packetsForward,
            Optional<Long> bytesForward,
            Optional<Long> packetsReverse,
            Optional<Long> bytesReverse) {}

    /** @param next for {@code ?after}; null: there is no more */
    record PageView(List<ConnectionView> connections, Optional<String> next) {}

    record CountView(long count) {}

    record EndedView(long ended) {}

    /** Traffic is counted while statistics are kept. */
    record ConnectionStatsView(
            long totalConnections,
            Map<String, Long> byState,
            long totalPacketsForward,
            long totalBytesForward,
            long totalPacketsReverse,
            long totalBytesReverse) {}

    List<Route> routes() {
        return List.of(
                filtered(Route.get("connections", "Connections, a page at a time"))
                        .query("limit", "1 to " + LARGEST_PAGE + ", " + PAGE + " without it", Shape.of(int.class))
                        .query("after", "next of the page before", Shape.of(String.class))
                        .answers(Shape.of(PageView.class))
                        .by(this::page),
                filtered(Route.delete("connections", "End connections: their next packets are those of none"))
                        .query("all", "true: without any filter", Shape.of(boolean.class))
                        .answers(Shape.of(EndedView.class))
                        .by(this::end),
                filtered(Route.get("connections/count", "How many connections there are"))
                        .answers(Shape.of(CountView.class))
                        .by(request -> Answer.ok(new CountView(totals(request).connections()))),
                filtered(Route.get("connections/stats", "Connections by state, and their traffic"))
                        .answers(Shape.of(ConnectionStatsView.class))
                        .by(request -> Answer.ok(view(totals(request)))));
    }

    private static Route filtered(Route route) {
        return route.query("proxy", "only of this proxy", Shape.of(String.class))
                .query("target", "only to this target, as in 10.0.0.1:8080", Shape.of(String.class))
                .query("client", "only of clients in this prefix", Shape.of(String.class))
                .query("protocol", "tcp or udp", Shape.of(Protocol.class))
                .query("state", "only in this state", Shape.of(Flow.State.class));
    }

    private static ConnectionFilter filter(Request request) {
        return new ConnectionFilter(
                request.query("proxy"),
                parsed(request, "target", Endpoint::parse),
                parsed(request, "client", Cidr::parse),
                parsed(request, "protocol", text -> constant(Protocol.values(), text)),
                parsed(request, "state", text -> constant(Flow.State.values(), text)));
    }

    private static <T> Optional<T> parsed(Request request, String name, Function<String, T> parser) {
        return request.query(name).map(text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException refused) {
                throw Refusal.invalid("?" + name, String.valueOf(refused.getMessage()));
            }
        });
    }

    private static <E extends Enum<E>> E constant(E[] all, String text) {
        return Arrays.stream(all)
                .filter(one -> Refusals.kebab(one).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("write one of "
                        + Arrays.stream(all).map(Refusals::kebab).collect(Collectors.joining(", "))));
    }

    private <T> T alone(Supplier<T> walk) {
        walking.lock();
        try {
            return walk.get();
        } finally {
            walking.unlock();
        }
    }

    private Answer page(Request request) {
        ConnectionFilter filter = filter(request);
        Optional<Cursor> after = parsed(request, "after", Cursor::parse);
        int limit = request.wholeQuery("limit", 1, LARGEST_PAGE).orElse(PAGE);
        Connections.Page page = alone(() -> connections.page(filter, after, limit));
        return Answer.ok(new PageView(
                page.connections().stream().map(ConnectionRoutes::view).toList(),
                page.next().map(Cursor::toString)));
    }

    private static ConnectionView view(Connections.Entry entry) {
        Flow flow = entry.flow();
        return new ConnectionView(
                flow.protocol(),
                flow.client().toString(),
                flow.vip().toString(),
                entry.proxy(),
                entry.target().map(Endpoint::toString),
                flow.state(),
                flow.age().toSeconds(),
                flow.idle().toSeconds(),
                flow.totals().map(Flow.Totals::packetsToTarget),
                flow.totals().map(Flow.Totals::bytesToTarget),
                flow.totals().map(Flow.Totals::packetsToClient),
                flow.totals().map(Flow.Totals::bytesToClient));
    }

    private Connections.Totals totals(Request request) {
        ConnectionFilter filter = filter(request);
        return alone(() -> connections.totals(filter));
    }

    private static ConnectionStatsView view(Connections.Totals totals) {
        Map<String, Long> byState = new TreeMap<>();
        totals.byState().forEach((state, count) -> byState.put(state.name().toLowerCase(Locale.ROOT), count));
        return new ConnectionStatsView(
                totals.connections(),
                byState,
                totals.traffic().packetsToTarget(),
                totals.traffic().bytesToTarget(),
                totals.traffic().packetsToClient(),
                totals.traffic().bytesToClient());
    }

    private Answer end(Request request) {
        ConnectionFilter filter = filter(request);
        if (filter.equals(ConnectionFilter.ALL) && !request.query("all").equals(Optional.of("true"))) {
            throw Refusal.invalid("?all", "name a filter, or say ?all=true to end every connection");
        }
        return Answer.ok(new EndedView(alone(() -> connections.end(filter))));
    }
}
