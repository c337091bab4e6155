package io.weir.engine;

import io.weir.engine.Image.Slice;
import io.weir.engine.Image.Slots;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress.Family;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The numbers by which the data path knows things, and which of them must not be given to another yet. Times are
 * milliseconds of the engine's clock. Treated as immutable: a derivation works on a copy.
 *
 * @param targets the index of every target that serves or that may still carry flows
 * @param tables where the table of each set of targets and weights stands
 * @param orphans tables that were read back and that nobody has asked for yet
 * @param freedSlices slices a packet in flight may still look into: since when
 * @param groups numbers by what the group consists of
 * @param freedGroups numbers a packet in flight may still follow: since when
 * @param proxies numbers by name
 * @param nextProxy proxy numbers are never given twice
 * @param listenerPorts ports whose bits must stay set
 */
record Ids(
        Map<Endpoint, TargetId> targets,
        Map<TableKey, Table> tables,
        Map<Slots, Slice> orphans,
        Map<Slice, Long> freedSlices,
        Map<GroupKind, Integer> groups,
        Map<Integer, Long> freedGroups,
        Map<String, Integer> proxies,
        int nextProxy,
        Map<Integer, ListenerPort> listenerPorts) {

    /** Never given: the data path's memory starts as zeroes, and a zero that means something hides mistakes. */
    static final int FIRST = 1;

    static final Ids NONE =
            new Ids(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), FIRST, Map.of());

    /** Marks a target or port that is in use. */
    static final long IN_USE = Long.MAX_VALUE;

    /**
     * @param portBits TARGET bits of its port; they only grow, as flows of a protocol it no longer serves may live
     * @param idleSince when it left the last group, or {@link #IN_USE}
     */
    record TargetId(int index, int portBits, long idleSince) {}

    /** @param members sorted; weights relative, none zero */
    record TableKey(List<Member> members, int size) {}

    record Member(Endpoint endpoint, int weight) {}

    record Table(Slice slice, Slots slots) {}

    /** A group is its two slices; {@link Slice#EMPTY} where it has no target of that family. */
    record GroupKind(Slice v4, Slice v6) {
        Slice slice(Family family) {
            return family == Family.V4 ? v4 : v6;
        }
    }

    /**
     * @param bits LISTENER bits
     * @param targets indices its flows may be on
     * @param idleSince when its last listener went, or {@link #IN_USE}
     */
    record ListenerPort(int bits, Set<Integer> targets, long idleSince) {}

    /**
     * What an earlier process left: targets keep their indices by endpoint and wait to be asked for; tables are found by
     * their content, groups by their slices, proxies by their service keys.
     */
    static Ids recovered(Image image, long now) {
        Map<Endpoint, TargetId> targets = new HashMap<>();
        new TreeMap<>(image.targets())
                .forEach((index, endpoint) -> targets.putIfAbsent(
                        endpoint,
                        new TargetId(index, image.ports().getOrDefault(endpoint.port(), 0) & Ports.TARGET, now)));
        Map<Slots, Slice> orphans = new HashMap<>();
        image.slots().forEach((slice, slots) -> orphans.putIfAbsent(slots, slice));
        Map<GroupKind, Integer> groups = new HashMap<>();
        int nextProxy = FIRST;
        for (Image.Service service : image.services().values()) {
            nextProxy = Math.max(nextProxy, service.proxy() + 1);
        }
        for (int group : image.usedGroups()) {
            groups.merge(kind(image, group), group, Math::min);
        }
        image.groups().keySet().forEach(key -> groups.merge(kind(image, key.group()), key.group(), Math::min));
        Map<Integer, ListenerPort> ports = new HashMap<>();
        image.ports().forEach((port, bits) -> {
            if ((bits & Ports.LISTENER) != 0) {
                ports.put(
                        port,
                        new ListenerPort(bits & Ports.LISTENER, image.targets().keySet(), now));
            }
        });
        return new Ids(targets, Map.of(), orphans, Map.of(), groups, Map.of(), Map.of(), nextProxy, ports);
    }

    private static GroupKind kind(Image image, int group) {
        return new GroupKind(
                image.groups().getOrDefault(new Image.GroupKey(group, Family.V4), Slice.EMPTY),
                image.groups().getOrDefault(new Image.GroupKey(group, Family.V6), Slice.EMPTY));
    }

    static <K, V> Map<K, V> frozen(Map<K, V> map) {
        return Collections.unmodifiableMap(map);
    }
}
