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
import java.util.stream.Collectors;

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
            MemorySegment value = ServiceAbi.Service.LAYOUT.allocate(arena);
            ServiceAbi.Service.PROXY.set(value, service.proxy());
            ServiceAbi.Service.GROUP.set(value, service.group());
            ServiceAbi.Service.FLAGS.set(value, bits(service.flags()));
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
                        ServiceAbi.Service.PROXY.getInt(value),
                        ServiceAbi.Service.GROUP.getInt(value),
                        flags(ServiceAbi.Service.FLAGS.getInt(value)))));
        return found;
    }

    /** Numbers of the proxies that have a listener. */
    Set<Integer> proxies() {
        return services().values().stream().map(Image.Service::proxy).collect(Collectors.toUnmodifiableSet());
    }

    void put(Image.RouteKey key, Image.Route route) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = ServiceAbi.Route.LAYOUT.allocate(arena);
            ServiceAbi.Route.GROUP.set(value, route.group());
            ServiceAbi.Route.FLAGS.set(value, route.persistent() ? ServiceAbi.SERVICE_PERSISTENT : 0);
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
            int scope = ServiceAbi.RouteKey.SCOPE.getInt(key);
            IpAddress.Family family = scope % 2 == 0 ? IpAddress.Family.V4 : IpAddress.Family.V6;
            Cidr source = new Cidr(
                    Addresses.read(key, ServiceAbi.RouteKey.SOURCE, family),
                    ServiceAbi.RouteKey.PREFIX_LENGTH.getInt(key) - SCOPE_BITS);
            found.put(
                    new Image.RouteKey(scope >>> 1, source),
                    new Image.Route(
                            ServiceAbi.Route.GROUP.getInt(value),
                            (ServiceAbi.Route.FLAGS.getInt(value) & ServiceAbi.SERVICE_PERSISTENT) != 0));
        });
        return found;
    }

    private static MemorySegment key(Image.ServiceKey key, Arena arena) {
        MemorySegment struct = ServiceAbi.ServiceKey.LAYOUT.allocate(arena);
        key.address().ifPresent(address -> {
            Addresses.write(struct, ServiceAbi.ServiceKey.ADDRESS, address);
            ServiceAbi.ServiceKey.FAMILY.set(struct, Addresses.number(address.family()));
        });
        ServiceAbi.ServiceKey.INTERFACE.set(struct, key.interfaceIndex());
        ServiceAbi.ServiceKey.PORT.set(struct, key.port());
        ServiceAbi.ServiceKey.PROTOCOL.set(struct, key.protocol().number());
        return struct;
    }

    private static Image.ServiceKey key(MemorySegment struct) {
        int family = ServiceAbi.ServiceKey.FAMILY.getInt(struct);
        return new Image.ServiceKey(
                family == Abi.FAMILY_ANY
                        ? Optional.empty()
                        : Optional.of(Addresses.read(struct, ServiceAbi.ServiceKey.ADDRESS, Addresses.family(family))),
                ServiceAbi.ServiceKey.INTERFACE.getInt(struct),
                ServiceAbi.ServiceKey.PORT.getInt(struct),
                Protocol.ofNumber(ServiceAbi.ServiceKey.PROTOCOL.getInt(struct)));
    }

    private static MemorySegment key(Image.RouteKey key, Arena arena) {
        MemorySegment struct = ServiceAbi.RouteKey.LAYOUT.allocate(arena);
        boolean v6 = key.source().address().family() == IpAddress.Family.V6;
        ServiceAbi.RouteKey.PREFIX_LENGTH.set(struct, SCOPE_BITS + key.source().prefixLength());
        ServiceAbi.RouteKey.SCOPE.set(struct, key.proxy() * 2L + (v6 ? 1 : 0));
        Addresses.write(struct, ServiceAbi.RouteKey.SOURCE, key.source().address());
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
            case ROUTES -> ServiceAbi.SERVICE_ROUTES;
            case PERSISTENT -> ServiceAbi.SERVICE_PERSISTENT;
            case PICK_UP -> ServiceAbi.SERVICE_PICK_UP;
        };
    }
}
