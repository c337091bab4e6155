package io.weir.engine;

import io.weir.engine.Image.Slice;
import io.weir.engine.Image.Slots;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress.Family;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The numbers by which the data path knows things, and which of them must not be given to another yet. Times are
 * milliseconds of the engine's clock. Treated as immutable: a derivation works on a copy.
 *
 * @param proxies numbers by name
 * @param nextProxy proxy numbers are never given twice
 * @param listenerPorts ports whose bits must stay set
 */
record Ids(
        Targets targets,
        Tables tables,
        Groups groups,
        Map<String, Integer> proxies,
        int nextProxy,
        SharedMap<Integer, ListenerPort> listenerPorts) {

    /**
     * @param ids every target that serves or that may still carry flows
     * @param endpoints the same by index
     * @param ports by how many targets each port is used
     * @param uses by how many groups each index is used
     * @param taken indices that must not be given
     */
    record Targets(
            SharedMap<Endpoint, TargetId> ids,
            SharedMap<Integer, Endpoint> endpoints,
            SharedMap<Integer, PortUse> ports,
            Counts uses,
            BitSet taken) {}

    /**
     * @param byKey where the table of each set of targets and weights stands
     * @param bySlots where a table with this content stands
     * @param uses what stands in each slice, and for whom
     * @param sizes how many tables there are of each
     * @param orphans tables that were read back and that nobody has asked for yet
     * @param freed slices a packet in flight may still look into: since when
     * @param space all these slices
     */
    record Tables(
            SharedMap<TableKey, Slice> byKey,
            SharedMap<Slots, Slice> bySlots,
            SharedMap<Slice, TableUse> uses,
            Map<Integer, Integer> sizes,
            Map<Slots, Slice> orphans,
            Map<Slice, Long> freed,
            SliceSpace space) {}

    /**
     * @param numbers by what the group consists of
     * @param uses by how many listeners and routes each number is used
     * @param freed numbers a packet in flight may still follow: since when
     * @param taken numbers that must not be given
     */
    record Groups(SharedMap<GroupKind, Integer> numbers, Counts uses, Map<Integer, Long> freed, BitSet taken) {}

    /** Never given: the data path's memory starts as zeroes, and a zero that means something hides mistakes. */
    static final int FIRST = 1;

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

    /**
     * @param keys all whose table this is
     * @param uses by how many groups
     */
    record TableUse(Slots slots, List<TableKey> keys, int uses) {
        TableUse with(TableKey key) {
            return new TableUse(
                    slots, Stream.concat(keys.stream(), Stream.of(key)).toList(), uses);
        }

        TableUse plus(int more) {
            return new TableUse(slots, keys, uses + more);
        }
    }

    /** How many targets have this port, for each protocol. */
    record PortUse(int tcp, int udp) {
        static final PortUse NONE = new PortUse(0, 0);

        PortUse plus(int bits, int more) {
            return new PortUse(
                    (bits & Ports.TARGET_TCP) == 0 ? tcp : tcp + more,
                    (bits & Ports.TARGET_UDP) == 0 ? udp : udp + more);
        }

        int bits() {
            return (tcp > 0 ? Ports.TARGET_TCP : 0) | (udp > 0 ? Ports.TARGET_UDP : 0);
        }
    }

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
        int nextProxy = FIRST;
        for (Image.Service service : image.services().values()) {
            nextProxy = Math.max(nextProxy, service.proxy() + 1);
        }
        Map<Integer, ListenerPort> ports = new HashMap<>();
        image.ports().forEach((port, bits) -> {
            if ((bits & Ports.LISTENER) != 0) {
                ports.put(
                        port,
                        new ListenerPort(bits & Ports.LISTENER, image.targets().keySet(), now));
            }
        });
        return new Ids(
                recoveredTargets(image, now),
                recoveredTables(image),
                recoveredGroups(image),
                Map.of(),
                nextProxy,
                SharedMap.copyOf(ports));
    }

    private static Targets recoveredTargets(Image image, long now) {
        Map<Endpoint, TargetId> targets = new HashMap<>();
        new TreeMap<>(image.targets())
                .forEach((index, endpoint) -> targets.putIfAbsent(
                        endpoint,
                        new TargetId(index, image.ports().getOrDefault(endpoint.port(), 0) & Ports.TARGET, now)));
        Map<Integer, Endpoint> endpoints = new HashMap<>();
        Map<Integer, PortUse> ports = new HashMap<>();
        BitSet taken = new BitSet();
        targets.forEach((endpoint, target) -> {
            endpoints.put(target.index(), endpoint);
            taken.set(target.index());
            ports.merge(
                    endpoint.port(),
                    PortUse.NONE.plus(target.portBits(), 1),
                    (all, one) -> all.plus(target.portBits(), 1));
        });
        return new Targets(
                SharedMap.copyOf(targets), SharedMap.copyOf(endpoints), SharedMap.copyOf(ports), new Counts(), taken);
    }

    private static Tables recoveredTables(Image image) {
        Map<Slots, Slice> orphans = new HashMap<>();
        image.slots().forEach((slice, slots) -> orphans.putIfAbsent(slots, slice));
        Map<Integer, Integer> sizes = new HashMap<>();
        SliceSpace space = new SliceSpace();
        orphans.values().forEach(slice -> {
            sizes.merge(slice.size(), 1, Integer::sum);
            space.take(slice);
        });
        return new Tables(
                SharedMap.empty(), SharedMap.copyOf(orphans), SharedMap.empty(), sizes, orphans, Map.of(), space);
    }

    private static Groups recoveredGroups(Image image) {
        Map<GroupKind, Integer> groups = new HashMap<>();
        for (int group : image.usedGroups()) {
            groups.merge(kind(image, group), group, Math::min);
        }
        image.groups().keySet().forEach(key -> groups.merge(kind(image, key.group()), key.group(), Math::min));
        BitSet taken = new BitSet();
        groups.values().forEach(taken::set);
        return new Groups(SharedMap.copyOf(groups), new Counts(), Map.of(), taken);
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
