package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.stats.TrackedFlows.TrackedFlow;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The flow tables, read: one {@link Flow} for the two entries of a connection. */
final class FlowTable {

    private final Function<String, BpfMap> maps;
    private final Jiffies jiffies;
    private final boolean counting;

    /**
     * @param maps the maps by name; they stay the caller's
     * @param settings tells whether there are totals to look for, which would be two lookups more for each flow
     */
    FlowTable(Function<String, BpfMap> maps, SettingsTable settings) {
        this(maps, settings.jiffies(), settings.parameters(settings.jiffies()).totals());
    }

    private FlowTable(Function<String, BpfMap> maps, Jiffies jiffies, boolean counting) {
        this.maps = maps;
        this.jiffies = jiffies;
        this.counting = counting;
    }

    /** The same whose flows have no totals. */
    static FlowTable withoutTotals(Function<String, BpfMap> maps, Jiffies jiffies) {
        return new FlowTable(maps, jiffies, false);
    }

    /** At most so many of the flows that are wanted, in no order. */
    List<Flow> read(Predicate<Flow> wanted, int limit) {
        List<Flow> flows = new ArrayList<>();
        walk(tracked -> {
            if (wanted.test(tracked.flow())) {
                flows.add(tracked.flow());
            }
            return flows.size() < limit;
        });
        return flows;
    }

    /** @param visitor says whether to go on */
    void walk(Predicate<TrackedFlow> visitor) {
        if (walk(IpAddress.Family.V4, visitor)) {
            walk(IpAddress.Family.V6, visitor);
        }
    }

    /** @return whether to go on */
    private boolean walk(IpAddress.Family family, Predicate<TrackedFlow> visitor) {
        boolean[] more = {true};
        try (Arena arena = Arena.ofConfined()) {
            Entry entry = new Entry(family, arena);
            entry.table().walk((key, value) -> {
                more[0] = entry.read(key, value).map(visitor::test).orElse(true);
                return more[0];
            });
        }
        return more[0];
    }

    /** What is read with it is as old as the clock was now. */
    Entry entry(IpAddress.Family family, Arena arena) {
        return new Entry(family, arena);
    }

    /** What reading one family needs. */
    final class Entry {

        private final IpAddress.Family family;
        private final boolean v4;
        private final BpfMap table;
        private final BpfMap totals;
        private final MemorySegment key;
        private final MemorySegment found;
        private final MemorySegment twinKey;
        private final MemorySegment twin;
        private final MemorySegment counted;
        private final long now = Counters.jiffies(maps.apply(MapShape.EXPIRY));

        private Entry(IpAddress.Family family, Arena arena) {
            this.family = family;
            this.v4 = family == IpAddress.Family.V4;
            this.table = maps.apply(v4 ? MapShape.FLOWS4 : MapShape.FLOWS6);
            this.totals = maps.apply(v4 ? MapShape.TOTALS4 : MapShape.TOTALS6);
            Layout keys = v4 ? FlowAbi.FlowKey4.LAYOUT : FlowAbi.FlowKey6.LAYOUT;
            this.key = keys.allocate(arena);
            this.found = FlowAbi.Flow.LAYOUT.allocate(arena);
            this.twinKey = keys.allocate(arena);
            this.twin = FlowAbi.Flow.LAYOUT.allocate(arena);
            this.counted = FlowAbi.FlowTotals.LAYOUT.allocate(arena);
        }

        BpfMap table() {
            return table;
        }

        Optional<TrackedFlow> find(Flow.Peer client, Flow.Peer vip, Protocol protocol) {
            write(key, client, vip, protocol.number());
            return table.lookup(key, found) ? read(key, found) : Optional.empty();
        }

        /** A connection, by its forward entry; empty for the other one, and for one that has gone. */
        Optional<TrackedFlow> read(MemorySegment key, MemorySegment value) {
            if (FlowAbi.Flow.DIRECTION.get(value) != FlowAbi.DIRECTION_FORWARD
                    || FlowState.isGone(FlowAbi.Flow.STATE.getInt(value))) {
                return Optional.empty();
            }
            return Optional.of(
                    new TrackedFlow(flow(key, value), FlowAbi.Flow.proxy(value), FlowAbi.Flow.TARGET.getInt(value)));
        }

        private Flow flow(MemorySegment key, MemorySegment value) {
            Flow.Peer client = source(key);
            Flow.Peer target =
                    new Flow.Peer(Addresses.read(value, FlowAbi.Flow.ADDRESS, family), FlowAbi.Flow.PORT.getInt(value));
            int protocol = (int) (v4 ? FlowAbi.FlowKey4.PROTOCOL : FlowAbi.FlowKey6.PROTOCOL).get(key);
            write(twinKey, target, client, protocol);
            long seen = FlowAbi.Flow.SEEN.get(value);
            if (table.lookup(twinKey, twin) && (int) (FlowAbi.Flow.SEEN.get(twin) - seen) > 0) {
                seen = FlowAbi.Flow.SEEN.get(twin);
            }
            return new Flow(
                    client,
                    destination(key),
                    target,
                    Protocol.ofNumber(protocol),
                    FlowAbi.Flow.STATE.getInt(value) == FlowState.CLOSING.ordinal()
                            ? Flow.State.CLOSING
                            : Flow.State.ESTABLISHED,
                    // The clock was read before the entry.
                    jiffies.duration(Math.max(0, (int) (now - seen))),
                    jiffies.duration(Math.max(0, (int) (now - FlowAbi.Flow.CREATED.get(value)))),
                    totals(key));
        }

        private Optional<Flow.Totals> totals(MemorySegment key) {
            if (!counting || !totals.lookup(key, counted)) {
                return Optional.empty();
            }
            long packets = FlowAbi.FlowTotals.PACKETS.get(counted);
            long bytes = FlowAbi.FlowTotals.BYTES.get(counted);
            boolean answered = totals.lookup(twinKey, counted);
            return Optional.of(new Flow.Totals(
                    packets,
                    bytes,
                    answered ? FlowAbi.FlowTotals.PACKETS.get(counted) : 0,
                    answered ? FlowAbi.FlowTotals.BYTES.get(counted) : 0));
        }

        private void write(MemorySegment to, Flow.Peer source, Flow.Peer destination, int protocol) {
            to.fill((byte) 0);
            if (v4) {
                FlowAbi.FlowKey4.SOURCE.set(to, source.address().low());
                FlowAbi.FlowKey4.DESTINATION.set(to, destination.address().low());
                FlowAbi.FlowKey4.SOURCE_PORT.set(to, source.port());
                FlowAbi.FlowKey4.DESTINATION_PORT.set(to, destination.port());
                FlowAbi.FlowKey4.PROTOCOL.set(to, protocol);
            } else {
                Addresses.write(to, FlowAbi.FlowKey6.SOURCE, source.address());
                Addresses.write(to, FlowAbi.FlowKey6.DESTINATION, destination.address());
                FlowAbi.FlowKey6.SOURCE_PORT.set(to, source.port());
                FlowAbi.FlowKey6.DESTINATION_PORT.set(to, destination.port());
                FlowAbi.FlowKey6.PROTOCOL.set(to, protocol);
            }
        }

        private Flow.Peer source(MemorySegment key) {
            return v4
                    ? new Flow.Peer(
                            new IpAddress(family, 0, FlowAbi.FlowKey4.SOURCE.get(key)),
                            FlowAbi.FlowKey4.SOURCE_PORT.getInt(key))
                    : new Flow.Peer(
                            Addresses.read(key, FlowAbi.FlowKey6.SOURCE, family),
                            FlowAbi.FlowKey6.SOURCE_PORT.getInt(key));
        }

        private Flow.Peer destination(MemorySegment key) {
            return v4
                    ? new Flow.Peer(
                            new IpAddress(family, 0, FlowAbi.FlowKey4.DESTINATION.get(key)),
                            FlowAbi.FlowKey4.DESTINATION_PORT.getInt(key))
                    : new Flow.Peer(
                            Addresses.read(key, FlowAbi.FlowKey6.DESTINATION, family),
                            FlowAbi.FlowKey6.DESTINATION_PORT.getInt(key));
        }
    }
}
