package io.weir.stats;

import io.weir.model.Endpoint;
import io.weir.model.Flow;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Questions to the flow table, each answered by one walk over it. A walk keeps no more than a page, however many connections
 * there are.
 */
public final class Connections {

    /** Flows ended at a time. */
    private static final int BATCH = 1024;

    private final TrackedFlows flows;
    private final Names names;

    public Connections(TrackedFlows flows, Names names) {
        this.flows = flows;
        this.names = names;
    }

    /** A connection; proxy and target are empty when they are no longer known. */
    public record Entry(Flow flow, Optional<String> proxy, Optional<Endpoint> target) {}

    /** @param next where the rest begins; empty: there is none */
    public record Page(List<Entry> connections, Optional<Cursor> next) {
        public Page {
            connections = List.copyOf(connections);
        }
    }

    /**
     * @param byState those that are in none are left out
     * @param traffic of all of them; zeros unless totals are kept
     */
    public record Totals(long connections, Map<Flow.State, Long> byState, Flow.Totals traffic) {
        public Totals {
            byState = Map.copyOf(byState);
        }
    }

    /**
     * Connections in the order of {@link Cursor}.
     *
     * @param after the page before ended here; empty: from the beginning
     * @param limit at most so many, at least 1
     */
    public Page page(ConnectionFilter filter, Optional<Cursor> after, int limit) {
        TreeMap<Cursor, Entry> smallest = new TreeMap<>();
        each(filter, entry -> {
            Cursor place = Cursor.of(entry.flow());
            if (after.isPresent() && place.compareTo(after.get()) <= 0) {
                return;
            }
            // One more than asked for tells whether there is a next page.
            if (smallest.size() <= limit || place.compareTo(smallest.lastKey()) < 0) {
                smallest.put(place, entry);
                if (smallest.size() > limit + 1) {
                    smallest.pollLastEntry();
                }
            }
        });
        if (smallest.size() <= limit) {
            return new Page(List.copyOf(smallest.values()), Optional.empty());
        }
        smallest.pollLastEntry();
        return new Page(List.copyOf(smallest.values()), Optional.of(smallest.lastKey()));
    }

    public Totals totals(ConnectionFilter filter) {
        Map<Flow.State, Long> states = new EnumMap<>(Flow.State.class);
        long[] traffic = new long[4];
        each(filter, entry -> {
            states.merge(entry.flow().state(), 1L, Long::sum);
            entry.flow().totals().ifPresent(totals -> {
                traffic[0] += totals.packetsToTarget();
                traffic[1] += totals.bytesToTarget();
                traffic[2] += totals.packetsToClient();
                traffic[3] += totals.bytesToClient();
            });
        });
        return new Totals(
                states.values().stream().mapToLong(Long::longValue).sum(),
                states,
                new Flow.Totals(traffic[0], traffic[1], traffic[2], traffic[3]));
    }

    /**
     * Ends connections: their next packet is one of no connection. A client of a proxy with an {@code :address} that goes on
     * sending is picked up again, most often by the same target; nobody is told with an RST.
     *
     * @return how many were ended
     */
    public long end(ConnectionFilter filter) {
        List<Flow> batch = new ArrayList<>();
        long[] ended = {0};
        each(filter, entry -> {
            batch.add(entry.flow());
            ended[0]++;
            if (batch.size() == BATCH) {
                flows.end(batch);
                batch.clear();
            }
        });
        flows.end(batch);
        return ended[0];
    }

    private void each(ConnectionFilter filter, Consumer<Entry> visitor) {
        flows.walk(tracked -> {
            Entry entry = new Entry(tracked.flow(), names.proxy(tracked.proxy()), names.target(tracked.target()));
            if (filter.matches(entry)) {
                visitor.accept(entry);
            }
            return true;
        });
    }
}
