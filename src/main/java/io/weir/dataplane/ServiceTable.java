package io.weir.dataplane;

import io.weir.engine.Image;
import io.weir.libbpf.BpfMap;
import io.weir.model.Cidr;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The maps {@code services} and {@code routes}: listeners, and source prefixes of their proxies. */
final class ServiceTable {

    /** Bits of the scope before a route's own prefix. */
    private static final int SCOPE_BITS = 32;

    private final BpfMap services;
    private final BpfMap routes;

    ServiceTable(BpfMap services, BpfMap routes) {
        this.services = services;
        this.routes = routes;
    }

    void put(Image.ServiceKey key, Image.Service service) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = Abi.Service.LAYOUT.allocate(arena);
            Abi.Service.PROXY.set(value, service.proxy());
            Abi.Service.GROUP.set(value, service.group());
            Abi.Service.FLAGS.set(value, bits(service.flags()));
            services.update(key(key, arena), value);
        }
    }

    void remove(Image.ServiceKey key) {
        try (Arena arena = Arena.ofConfined()) {
            services.delete(key(key, arena));
        }
    }

    Map<Image.ServiceKey, Image.Service> services() {
        Map<Image.ServiceKey, Image.Service> found = new HashMap<>();
        services.forEach((key, value) -> found.put(
                key(key),
                new Image.Service(
                        Abi.Service.PROXY.getInt(value),
                        Abi.Service.GROUP.getInt(value),
                        flags(Abi.Service.FLAGS.getInt(value)))));
        return found;
    }

    void put(Image.RouteKey key, Image.Route route) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = Abi.Route.LAYOUT.allocate(arena);
            Abi.Route.GROUP.set(value, route.group());
            Abi.Route.FLAGS.set(value, route.persistent() ? Abi.SERVICE_PERSISTENT : 0);
            routes.update(key(key, arena), value);
        }
    }

    void remove(Image.RouteKey key) {
        try (Arena arena = Arena.ofConfined()) {
            routes.delete(key(key, arena));
        }
    }

    Map<Image.RouteKey, Image.Route> routes() {
        Map<Image.RouteKey, Image.Route> found = new HashMap<>();
        routes.forEach((key, value) -> {
            int scope = Abi.RouteKey.SCOPE.getInt(key);
            IpAddress.Family family = scope % 2 == 0 ? IpAddress.Family.V4 : IpAddress.Family.V6;
            Cidr source = new Cidr(
                    Addresses.read(key, Abi.RouteKey.SOURCE, family),
                    Abi.RouteKey.PREFIX_LENGTH.getInt(key) - SCOPE_BITS);
            found.put(
                    new Image.RouteKey(scope >>> 1, source),
                    new Image.Route(
                            Abi.Route.GROUP.getInt(value),
                            (Abi.Route.FLAGS.getInt(value) & Abi.SERVICE_PERSISTENT) != 0));
        });
        return found;
    }

    private static MemorySegment key(Image.ServiceKey key, Arena arena) {
        MemorySegment struct = Abi.ServiceKey.LAYOUT.allocate(arena);
        key.address().ifPresent(address -> {
            Addresses.write(struct, Abi.ServiceKey.ADDRESS, address);
            Abi.ServiceKey.FAMILY.set(struct, Addresses.number(address.family()));
        });
        Abi.ServiceKey.INTERFACE.set(struct, key.interfaceIndex());
        Abi.ServiceKey.PORT.set(struct, key.port());
        Abi.ServiceKey.PROTOCOL.set(struct, key.protocol().number());
        return struct;
    }

    private static Image.ServiceKey key(MemorySegment struct) {
        int family = Abi.ServiceKey.FAMILY.getInt(struct);
        return new Image.ServiceKey(
                family == Abi.FAMILY_ANY
                        ? Optional.empty()
                        : Optional.of(Addresses.read(struct, Abi.ServiceKey.ADDRESS, Addresses.family(family))),
                Abi.ServiceKey.INTERFACE.getInt(struct),
                Abi.ServiceKey.PORT.getInt(struct),
                Protocol.ofNumber(Abi.ServiceKey.PROTOCOL.getInt(struct)));
    }

    private static MemorySegment key(Image.RouteKey key, Arena arena) {
        MemorySegment struct = Abi.RouteKey.LAYOUT.allocate(arena);
        boolean v6 = key.source().address().family() == IpAddress.Family.V6;
        Abi.RouteKey.PREFIX_LENGTH.set(struct, SCOPE_BITS + key.source().prefixLength());
        Abi.RouteKey.SCOPE.set(struct, key.proxy() * 2L + (v6 ? 1 : 0));
        Addresses.write(struct, Abi.RouteKey.SOURCE, key.source().address());
        return struct;
    }

    private static int bits(Set<Image.ServiceFlag> flags) {
        return flags.stream().mapToInt(ServiceTable::bit).sum();
    }

    private static Set<Image.ServiceFlag> flags(int bits) {
        Set<Image.ServiceFlag> flags = EnumSet.noneOf(Image.ServiceFlag.class);
        for (Image.ServiceFlag flag : Image.ServiceFlag.values()) {
            if ((bits & bit(flag)) != 0) {
                flags.add(flag);
            }
        }
        return Set.copyOf(flags);
    }

    private static int bit(Image.ServiceFlag flag) {
        return switch (flag) {
            case ROUTES -> Abi.SERVICE_ROUTES;
            case PERSISTENT -> Abi.SERVICE_PERSISTENT;
            case PICK_UP -> Abi.SERVICE_PICK_UP;
        };
    }
}
