package io.weir.flow;

import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What a node's kernel does, in two maps: flows it carries and shadows. Outlives the process, as the kernel does. */
final class ModelTables implements OwnFlows, Shadows {

    private static final Duration GRAIN = Duration.ofSeconds(1);

    final Map<Key, Own> own = new LinkedHashMap<>();
    final Map<Key, Shadow> shadows = new LinkedHashMap<>();
    private final Map<NodeId, Long> tables = new HashMap<>();
    private final LongSupplier clock;
    private final long table;
    private final Consumer<Supplier<String>> trace;
    private final int sliceFlows;
    private BiConsumer<Boolean, FlowRecord> events = (open, flow) -> {};
    long lost;
    long capacity = Long.MAX_VALUE;
    boolean fails;

    /** There is never room for this one. */
    Optional<Key> unwanted = Optional.empty();

    record Key(Protocol protocol, Flow.Peer client, Flow.Peer vip) {
        static Key of(FlowRecord flow) {
            return new Key(flow.protocol(), flow.client(), flow.vip());
        }
    }

    record Way(Endpoint target, String proxy) {}

    /** @param seen at the grain the data path has */
    record Own(Way way, long created, long seen) {}

    record Shadow(NodeId owner, Way way, long created, long heard) {}

    ModelTables(LongSupplier clock, long table, int sliceFlows) {
        this(clock, table, sliceFlows, _ -> {});
    }

    /** @param trace told of every change */
    ModelTables(LongSupplier clock, long table, int sliceFlows, Consumer<Supplier<String>> trace) {
        this.clock = clock;
        this.trace = trace;
        this.table = table;
        this.sliceFlows = sliceFlows;
    }

    /** Told of what the data path tells. */
    void onEvent(BiConsumer<Boolean, FlowRecord> consumer) {
        events = consumer;
    }

    /** A packet that opens a connection; the data path chooses afresh. */
    void open(Key key, Way way) {
        close(key);
        carry(key, way, clock.getAsLong());
    }

    /** @return where a packet of a known flow goes, adopting it if a peer carried it; empty when nobody knows it */
    Optional<Way> packet(Key key) {
        Own carried = own.get(key);
        if (carried != null) {
            if (clock.getAsLong() - carried.seen() >= GRAIN.toNanos()) {
                own.put(key, new Own(carried.way(), carried.created(), clock.getAsLong()));
            }
            return Optional.of(carried.way());
        }
        Shadow shadow = shadows.remove(key);
        if (shadow == null) {
            return Optional.empty();
        }
        carry(key, shadow.way(), shadow.created());
        return Optional.of(shadow.way());
    }

    /** Where a packet would go. */
    Optional<Way> way(Key key) {
        return Optional.ofNullable(own.get(key))
                .map(Own::way)
                .or(() -> Optional.ofNullable(shadows.get(key)).map(Shadow::way));
    }

    private void carry(Key key, Way way, long created) {
        trace.accept(() -> line(key, "carry to " + way.target()));
        own.put(key, new Own(way, created, clock.getAsLong()));
        shadows.remove(key); // whatever a peer carried under these addresses is past
        events.accept(true, record(key, way, clock.getAsLong() - created, 0));
    }

    void close(Key key) {
        Own carried = own.remove(key);
        if (carried != null) {
            trace.accept(() -> line(key, "end " + carried));
            events.accept(false, record(key, carried));
        }
    }

    private String line(Key key, String what) {
        return key.client() + " in table " + table + ": " + what + "; it had " + own.get(key) + ", " + shadows.get(key);
    }

    void expire(Duration timeout) {
        List.copyOf(own.entrySet()).stream()
                .filter(entry -> clock.getAsLong() - entry.getValue().seen() > timeout.toNanos())
                .forEach(entry -> close(entry.getKey()));
    }

    private FlowRecord record(Key key, Own carried) {
        return record(key, carried.way(), clock.getAsLong() - carried.created(), clock.getAsLong() - carried.seen());
    }

    private FlowRecord record(Key key, Shadow shadow) {
        return record(key, shadow.way(), clock.getAsLong() - shadow.created(), clock.getAsLong() - shadow.heard());
    }

    private static FlowRecord record(Key key, Way way, long age, long idle) {
        return new FlowRecord(
                key.protocol(),
                key.client(),
                key.vip(),
                way.target(),
                way.proxy(),
                Duration.ofNanos(age),
                Duration.ofNanos(idle).truncatedTo(ChronoUnit.SECONDS));
    }

    @Override
    public long count() {
        return own.size();
    }

    @Override
    public Walk walk() {
        List<Key> keys = new ArrayList<>(own.keySet());
        return new Walk() {
            private int next;

            @Override
            public boolean next(Consumer<FlowRecord> consumer) {
                for (int i = 0; i < sliceFlows && next < keys.size(); i++) {
                    Key key = keys.get(next++);
                    Optional.ofNullable(own.get(key)).ifPresent(carried -> consumer.accept(record(key, carried)));
                }
                return next < keys.size();
            }

            @Override
            public void close() {
                next = keys.size();
            }
        };
    }

    @Override
    public Optional<FlowRecord> find(FlowRecord flow) {
        Key key = Key.of(flow);
        return Optional.ofNullable(own.get(key)).map(carried -> record(key, carried));
    }

    @Override
    public long lost() {
        return lost;
    }

    @Override
    public long table() {
        return table;
    }

    @Override
    public Result put(NodeId owner, List<FlowRecord> flows) {
        if (fails) {
            throw new IllegalStateException("the kernel says no");
        }
        List<FlowRecord> kept = new ArrayList<>();
        List<FlowRecord> refused = new ArrayList<>();
        int stored = 0;
        for (FlowRecord flow : flows) {
            Key key = Key.of(flow);
            Own carried = own.get(key);
            trace.accept(() -> line(key, "put for " + owner + " as " + flow.target() + ", idle " + flow.idle()));
            if (carried != null && staysHere(carried, flow)) {
                kept.add(flow);
            } else if (isOutdated(owner, flow)) {
                continue;
            } else if (unwanted.equals(Optional.of(key)) || shadows.size() >= capacity && !shadows.containsKey(key)) {
                refused.add(flow);
            } else {
                close(key);
                stored++;
                shadows.put(
                        key,
                        new Shadow(
                                owner,
                                new Way(flow.target(), flow.proxy()),
                                clock.getAsLong() - flow.age().toNanos(),
                                clock.getAsLong()));
            }
        }
        return new Result(stored, kept, refused, List.of());
    }

    private boolean staysHere(Own carried, FlowRecord flow) {
        if (!carried.way().target().equals(flow.target())) {
            return clock.getAsLong() - carried.created() < flow.age().toNanos();
        }
        Duration idle = Duration.ofNanos(clock.getAsLong() - carried.seen());
        return idle.compareTo(flow.idle()) < 0 || idle.compareTo(Duration.ofSeconds(2)) < 0;
    }

    /** Another peer's connection to another target began later. */
    private boolean isOutdated(NodeId owner, FlowRecord flow) {
        Shadow shadow = shadows.get(Key.of(flow));
        return shadow != null
                && !shadow.owner().equals(owner)
                && !shadow.way().target().equals(flow.target())
                && clock.getAsLong() - shadow.created() < flow.age().toNanos();
    }

    @Override
    public void remove(NodeId owner, List<FlowRecord> flows) {
        for (FlowRecord flow : flows) {
            trace.accept(() -> line(Key.of(flow), "remove for " + owner));
            Shadow shadow = shadows.get(Key.of(flow));
            if (shadow != null && shadow.owner().equals(owner)) {
                shadows.remove(Key.of(flow));
            }
        }
    }

    @Override
    public void handOver(NodeId from, NodeId to, List<FlowRecord> flows) {
        for (FlowRecord flow : flows) {
            Key key = Key.of(flow);
            trace.accept(() -> line(key, "of " + from + " to " + flow.target() + " handed over to " + to));
            shadows.computeIfPresent(
                    key,
                    (_, shadow) ->
                            shadow.owner().equals(from) && shadow.way().target().equals(flow.target())
                                    ? new Shadow(to, shadow.way(), shadow.created(), shadow.heard())
                                    : shadow);
        }
    }

    @Override
    public long removeIf(NodeId owner, Predicate<FlowRecord> gone) {
        List<Key> taken = of(owner, gone);
        taken.forEach(key -> trace.accept(() -> line(key, "drop for " + owner)));
        taken.forEach(shadows::remove);
        return taken.size();
    }

    @Override
    public long claim(NodeId owner, Predicate<FlowRecord> mine) {
        List<Key> taken = of(owner, mine);
        for (Key key : taken) {
            Shadow shadow = shadows.remove(key);
            if (!own.containsKey(key)) {
                carry(key, shadow.way(), shadow.created());
            }
        }
        return taken.size();
    }

    private List<Key> of(NodeId owner, Predicate<FlowRecord> wanted) {
        return shadows.entrySet().stream()
                .filter(entry -> entry.getValue().owner().equals(owner))
                .filter(entry -> wanted.test(record(entry.getKey(), entry.getValue())))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public long forget(NodeId owner) {
        return removeIf(owner, _ -> true);
    }

    @Override
    public Set<NodeId> owners() {
        return shadows.values().stream().map(Shadow::owner).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public OptionalLong table(NodeId owner) {
        Long table = tables.get(owner);
        return table == null ? OptionalLong.empty() : OptionalLong.of(table);
    }

    @Override
    public void noteTable(NodeId owner, long noted) {
        tables.put(owner, noted);
    }

    @Override
    public long count(NodeId owner) {
        return shadows.values().stream()
                .filter(shadow -> shadow.owner().equals(owner))
                .count();
    }

    @Override
    public long size() {
        return shadows.size();
    }

    @Override
    public long capacity() {
        return capacity;
    }
}
