package io.weir.packet;

import io.weir.dataplane.BpfObjects;
import io.weir.dataplane.MapShape;
import io.weir.dataplane.NodeAbi;
import io.weir.dataplane.ServiceAbi;
import io.weir.dataplane.Strangers;
import io.weir.dataplane.TargetAbi;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.MappedArray;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.model.Protocol;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a {@link Setup} into the maps. */
final class Installation {

    private final BpfObjects objects;
    private final Surroundings surroundings;
    private final Set<Integer> portWords = new TreeSet<>();
    private int generation;
    private Set<Optional<IpAddress>> before = Set.of();

    Installation(BpfObjects objects, Surroundings surroundings) {
        this.objects = objects;
        this.surroundings = surroundings;
    }

    void write(Setup setup) {
        try (Arena arena = Arena.ofConfined()) {
            settings(setup, arena);
            links(arena);
            targets(arena);
            groups(setup, arena);
            routes(setup, arena);
            listeners(setup, arena);
            ports(setup, arena);
        }
    }

    private void settings(Setup setup, Arena arena) {
        MemorySegment settings = NodeAbi.Settings.LAYOUT.allocate(arena);
        NodeAbi.Settings.GENERATION.set(settings, ++generation);
        NodeAbi.Settings.FLAGS.set(
                settings,
                (setup.events() ? NodeAbi.SETTINGS_EVENTS : 0)
                        | (setup.totals() ? NodeAbi.SETTINGS_TOTALS : 0)
                        | (setup.limits().perSource().isPresent() ? NodeAbi.SETTINGS_LIMIT_SOURCES : 0)
                        | (setup.limits().perTarget().isPresent() ? NodeAbi.SETTINGS_LIMIT_TARGETS : 0));
        setup.limits().perSource().ifPresent(rate -> {
            NodeAbi.Settings.SOURCE_RATE.set(settings, rate.perSecond());
            NodeAbi.Settings.SOURCE_BURST.set(settings, rate.burst());
        });
        setup.limits().perTarget().ifPresent(rate -> {
            NodeAbi.Settings.TARGET_RATE.set(settings, rate.perSecond());
            NodeAbi.Settings.TARGET_BURST.set(settings, rate.burst());
        });
        NodeAbi.Settings.HZ.set(settings, Setup.HZ);
        NodeAbi.Settings.ESTABLISHED_TIMEOUT.set(settings, Setup.jiffies(Setup.ESTABLISHED_SECONDS));
        NodeAbi.Settings.UDP_TIMEOUT.set(settings, Setup.jiffies(Setup.UDP_SECONDS));
        NodeAbi.Settings.SYN_TIMEOUT.set(settings, Setup.jiffies(Setup.SYN_SECONDS));
        NodeAbi.Settings.CLOSING_TIMEOUT.set(settings, Setup.jiffies(Setup.CLOSING_SECONDS));
        NodeAbi.Settings.HALF_OPEN_MASK.set(settings, setup.buckets() - 1);
        NodeAbi.Settings.CROWDED.set(settings, setup.crowded());
        NodeAbi.Settings.FULL.set(settings, setup.full());
        NodeAbi.Settings.LOOK_AGAIN.set(settings, Setup.jiffies(setup.lookAgain()));
        NodeAbi.Settings.SEED.set(settings, Integer.toUnsignedLong(setup.seed()));
        Set<Optional<IpAddress>> addresses =
                setup.listeners().stream().map(Setup.Listener::address).collect(Collectors.toSet());
        // A listener that has just gone may have left half-open flows.
        Strangers strangers =
                Strangers.but(Stream.concat(addresses.stream(), before.stream()).toList());
        for (int word = 0; word < NodeAbi.Settings.STRANGERS.count(); word++) {
            NodeAbi.Settings.STRANGERS.set(settings, word, strangers.word(word));
        }
        before = addresses;
        map(MapShape.SETTINGS).update(number(0, arena), settings);
    }

    private void links(Arena arena) {
        MemorySegment link = NodeAbi.Link.LAYOUT.allocate(arena);
        NodeAbi.Link.FLAGS.set(link, NodeAbi.LINK_REDIRECT);
        for (Side side : Side.values()) {
            if (side != Side.UNLINKED && side != Side.LOOPBACK) {
                map(MapShape.LINKS).update(number(surroundings.index(side), arena), link);
            }
        }
    }

    private void targets(Arena arena) {
        MemorySegment target = TargetAbi.Target.LAYOUT.allocate(arena);
        MemorySegment key = TargetAbi.TargetKey.LAYOUT.allocate(arena);
        for (Role role : Role.values()) {
            for (Family family : Family.values()) {
                if (role.isTarget()) {
                    MemorySegment index = number(Setup.index(role, family), arena);
                    target.fill((byte) 0);
                    Addresses.put(TargetAbi.Target.ADDRESS, target, role.address(family));
                    TargetAbi.Target.PORT.set(target, role.port());
                    TargetAbi.Target.FAMILY.set(target, Addresses.number(family));
                    if (role.address(family).isLinkLocal()) {
                        TargetAbi.Target.INTERFACE.set(target, surroundings.index(role.side()));
                    }
                    map(MapShape.TARGETS).update(index, target);
                    key.fill((byte) 0);
                    Addresses.put(TargetAbi.TargetKey.ADDRESS, key, role.address(family));
                    TargetAbi.TargetKey.PORT.set(key, role.port());
                    TargetAbi.TargetKey.FAMILY.set(key, Addresses.number(family));
                    map(MapShape.TARGET_INDICES).update(key, index);
                }
            }
        }
    }

    private void groups(Setup setup, Arena arena) {
        int offset = 1;
        MemorySegment slice = ServiceAbi.Group.LAYOUT.allocate(arena);
        try (MappedArray words = map(MapShape.SLOTS).map()) {
            for (int group = 0; group < 8; group++) {
                for (Family family : Family.values()) {
                    List<Integer> slots = setup.slots().getOrDefault(new Setup.Slice(group, family), List.of());
                    ServiceAbi.Group.OFFSET.set(slice, offset);
                    ServiceAbi.Group.SIZE.set(slice, slots.size());
                    for (int target : slots) {
                        words.writeShorts(offset++, (short) target);
                    }
                    map(MapShape.GROUPS).update(number(2 * group + family.ordinal(), arena), slice);
                }
            }
        }
    }

    private void routes(Setup setup, Arena arena) {
        DataPath.deleteAll(map(MapShape.ROUTES));
        MemorySegment key = ServiceAbi.RouteKey.LAYOUT.allocate(arena);
        MemorySegment route = ServiceAbi.Route.LAYOUT.allocate(arena);
        for (Setup.SourceRoute wanted : setup.routes()) {
            key.fill((byte) 0);
            ServiceAbi.RouteKey.PREFIX_LENGTH.set(key, 32 + wanted.bits());
            ServiceAbi.RouteKey.SCOPE.set(
                    key, 2L * wanted.proxy() + wanted.network().family().ordinal());
            Addresses.put(ServiceAbi.RouteKey.SOURCE, key, wanted.network());
            ServiceAbi.Route.GROUP.set(route, wanted.group());
            ServiceAbi.Route.FLAGS.set(route, wanted.persistent() ? ServiceAbi.SERVICE_PERSISTENT : 0);
            map(MapShape.ROUTES).update(key, route);
        }
    }

    private void listeners(Setup setup, Arena arena) {
        DataPath.deleteAll(map(MapShape.SERVICES));
        MemorySegment key = ServiceAbi.ServiceKey.LAYOUT.allocate(arena);
        MemorySegment service = ServiceAbi.Service.LAYOUT.allocate(arena);
        for (Setup.Listener listener : setup.listeners()) {
            for (Protocol protocol : listener.protocols()) {
                key.fill((byte) 0);
                listener.address()
                        .ifPresentOrElse(
                                address -> {
                                    Addresses.put(ServiceAbi.ServiceKey.ADDRESS, key, address);
                                    ServiceAbi.ServiceKey.FAMILY.set(key, Addresses.number(address.family()));
                                },
                                () -> ServiceAbi.ServiceKey.INTERFACE.set(key, surroundings.index(listener.side())));
                ServiceAbi.ServiceKey.PORT.set(key, listener.port());
                ServiceAbi.ServiceKey.PROTOCOL.set(key, protocol.number());
                ServiceAbi.Service.PROXY.set(service, listener.proxy());
                ServiceAbi.Service.GROUP.set(service, listener.group());
                ServiceAbi.Service.FLAGS.set(
                        service,
                        (setup.hasRoutes(listener.proxy()) ? ServiceAbi.SERVICE_ROUTES : 0)
                                | (listener.persistent() ? ServiceAbi.SERVICE_PERSISTENT : 0)
                                | (listener.pickUp() ? ServiceAbi.SERVICE_PICK_UP : 0));
                map(MapShape.SERVICES).update(key, service);
            }
        }
    }

    /** The bits of enum port_bit. */
    private void ports(Setup setup, Arena arena) {
        Map<Integer, Integer> bits = new HashMap<>();
        for (Setup.Listener listener : setup.listeners()) {
            for (Protocol protocol : listener.protocols()) {
                bits.merge(listener.port(), protocol == Protocol.TCP ? 1 : 2, (a, b) -> a | b);
            }
        }
        for (Role role : Role.values()) {
            if (role.isTarget()) {
                bits.merge(role.port(), 4 | 8, (a, b) -> a | b);
            }
        }
        MemorySegment word = arena.allocate(8, 8);
        bits.keySet().forEach(port -> portWords.add(port / ServiceAbi.PORTS_IN_WORD));
        for (int index : portWords) {
            long value = 0;
            for (Map.Entry<Integer, Integer> port : bits.entrySet()) {
                if (port.getKey() / ServiceAbi.PORTS_IN_WORD == index) {
                    value |=
                            (long) port.getValue() << ServiceAbi.PORT_BITS * (port.getKey() % ServiceAbi.PORTS_IN_WORD);
                }
            }
            word.set(ValueLayout.JAVA_LONG, 0, value);
            map(MapShape.PORTS).update(number(index, arena), word);
        }
    }

    private BpfMap map(String name) {
        return objects.map(name);
    }

    static MemorySegment number(int value, Arena arena) {
        return arena.allocateFrom(ValueLayout.JAVA_INT, value);
    }
}
