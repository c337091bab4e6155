package io.weir.dataplane;

import io.weir.libbpf.MapInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A map of {@code bpf/maps.h} as this side expects it.
 *
 * @param name as in C, and of its pin
 * @param type BPF_MAP_TYPE_*
 * @param keySize bytes, 0 without keys
 * @param key layout of the key, empty for a plain number
 * @param valueSize bytes, 0 without values
 * @param value layout of the value, empty for a plain number
 */
public record MapShape(
        String name, int type, int keySize, Optional<Layout> key, int valueSize, Optional<Layout> value) {

    public static final String FLOWS4 = "flows4";
    public static final String FLOWS6 = "flows6";
    public static final String HALF_OPEN = "half_open_flows";
    public static final String QUEUE = "expiry_queue";
    public static final String ENDING_MARKS = "ending_marks";
    public static final String ENDING = "ending_queue";
    public static final String EXPIRY = "expiry_state";
    public static final String TOTALS4 = "totals4";
    public static final String TOTALS6 = "totals6";
    public static final String FRAGMENTS = "fragments";
    public static final String SERVICES = "services";
    public static final String ROUTES = "routes";
    public static final String GROUPS = "groups";
    public static final String SLOTS = "slots";
    public static final String TARGETS = "targets";
    public static final String TARGET_INDICES = "target_indices";
    public static final String PORTS = "ports";
    public static final String LINKS = "links";
    public static final String SETTINGS = "settings";
    public static final String VERDICTS = "verdicts";
    public static final String TARGET_COUNTERS = "target_counters";
    public static final String TARGET_HOPS = "target_hops";
    public static final String SCRATCH = "scratch";
    public static final String CONNECTIONS = "connections";
    public static final String SOURCE_LIMITS = "source_limits";
    public static final String TARGET_LIMITS = "target_limits";
    public static final String SHADOWS4 = "shadows4";
    public static final String SHADOWS6 = "shadows6";
    public static final String SHADOW_STATE = "shadow_state";
    public static final String SHADOW_OWNERS = "shadow_owners";
    public static final String SHADOW_RECORDS = "shadow_records";
    public static final String SHADOW_SCRATCH = "shadow_scratch";
    public static final String EVENTS = "events";
    public static final String EVENTS_LOST = "events_lost";

    /** Every map, in the order of maps.h. */
    public static final List<MapShape> ALL = List.of(
            keyed(FLOWS4, MapInfo.HASH, FlowAbi.FlowKey4.LAYOUT, FlowAbi.Flow.LAYOUT),
            keyed(FLOWS6, MapInfo.HASH, FlowAbi.FlowKey6.LAYOUT, FlowAbi.Flow.LAYOUT),
            array(HALF_OPEN, MapInfo.ARRAY, FlowAbi.HalfOpenBucket.LAYOUT),
            new MapShape(QUEUE, MapInfo.QUEUE, 0, Optional.empty(), 40, Optional.of(FlowAbi.FlowKey6.LAYOUT)),
            numbers(ENDING_MARKS, MapInfo.ARRAY, 8),
            new MapShape(ENDING, MapInfo.QUEUE, 0, Optional.empty(), 40, Optional.of(FlowAbi.FlowKey6.LAYOUT)),
            array(EXPIRY, MapInfo.ARRAY, NodeAbi.Expiry.LAYOUT),
            keyed(TOTALS4, MapInfo.HASH, FlowAbi.FlowKey4.LAYOUT, FlowAbi.FlowTotals.LAYOUT),
            keyed(TOTALS6, MapInfo.HASH, FlowAbi.FlowKey6.LAYOUT, FlowAbi.FlowTotals.LAYOUT),
            keyed(FRAGMENTS, MapInfo.LRU_HASH, FlowAbi.FragmentKey.LAYOUT, FlowAbi.Fragment.LAYOUT),
            keyed(SERVICES, MapInfo.HASH, ServiceAbi.ServiceKey.LAYOUT, ServiceAbi.Service.LAYOUT),
            keyed(ROUTES, MapInfo.LPM_TRIE, ServiceAbi.RouteKey.LAYOUT, ServiceAbi.Route.LAYOUT),
            array(GROUPS, MapInfo.ARRAY, ServiceAbi.Group.LAYOUT),
            numbers(SLOTS, MapInfo.ARRAY, 8),
            array(TARGETS, MapInfo.ARRAY, TargetAbi.Target.LAYOUT),
            new MapShape(
                    TARGET_INDICES,
                    MapInfo.HASH,
                    TargetAbi.TargetKey.LAYOUT.size(),
                    Optional.of(TargetAbi.TargetKey.LAYOUT),
                    4,
                    Optional.empty()),
            numbers(PORTS, MapInfo.ARRAY, 8),
            new MapShape(LINKS, MapInfo.HASH, 4, Optional.empty(), 4, Optional.of(NodeAbi.Link.LAYOUT)),
            array(SETTINGS, MapInfo.ARRAY, NodeAbi.Settings.LAYOUT),
            numbers(VERDICTS, MapInfo.PERCPU_ARRAY, 8),
            array(TARGET_COUNTERS, MapInfo.PERCPU_ARRAY, TargetAbi.TargetCounters.LAYOUT),
            array(TARGET_HOPS, MapInfo.PERCPU_ARRAY, TargetAbi.TargetHop.LAYOUT),
            array(SCRATCH, MapInfo.PERCPU_ARRAY, FlowAbi.Scratch.LAYOUT),
            keyed(CONNECTIONS, MapInfo.PERCPU_HASH, TargetAbi.ConnectionKey.LAYOUT, TargetAbi.ConnectionCounts.LAYOUT),
            new MapShape(
                    SOURCE_LIMITS,
                    MapInfo.LRU_HASH,
                    TargetAbi.SourceKey.LAYOUT.size(),
                    Optional.of(TargetAbi.SourceKey.LAYOUT),
                    8,
                    Optional.empty()),
            numbers(TARGET_LIMITS, MapInfo.ARRAY, 8),
            keyed(SHADOWS4, MapInfo.HASH, ShadowAbi.ShadowKey4.LAYOUT, ShadowAbi.Shadow.LAYOUT),
            keyed(SHADOWS6, MapInfo.HASH, ShadowAbi.ShadowKey6.LAYOUT, ShadowAbi.Shadow.LAYOUT),
            array(SHADOW_STATE, MapInfo.ARRAY, ShadowAbi.ShadowState.LAYOUT),
            array(SHADOW_OWNERS, MapInfo.ARRAY, ShadowAbi.ShadowOwner.LAYOUT),
            array(SHADOW_RECORDS, MapInfo.ARRAY, ShadowAbi.ShadowRecord.LAYOUT),
            array(SHADOW_SCRATCH, MapInfo.ARRAY, FlowAbi.Scratch.LAYOUT),
            new MapShape(EVENTS, MapInfo.RINGBUF, 0, Optional.empty(), 0, Optional.empty()),
            numbers(EVENTS_LOST, MapInfo.PERCPU_ARRAY, 8));

    /** @throws IllegalArgumentException if there is no such map */
    public static MapShape of(String name) {
        return ALL.stream()
                .filter(shape -> shape.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no map " + name));
    }

    /** What the ABI's hash is taken of. */
    Stream<String> description() {
        return Stream.of(
                name + " " + type + " " + keySize + " " + key.map(Layout::name).orElse("") + " " + valueSize + " "
                        + value.map(Layout::name).orElse(""));
    }

    private static MapShape keyed(String name, int type, Layout key, Layout value) {
        return new MapShape(name, type, key.size(), Optional.of(key), value.size(), Optional.of(value));
    }

    private static MapShape array(String name, int type, Layout value) {
        return new MapShape(name, type, 4, Optional.empty(), value.size(), Optional.of(value));
    }

    private static MapShape numbers(String name, int type, int valueSize) {
        return new MapShape(name, type, 4, Optional.empty(), valueSize, Optional.empty());
    }
}
