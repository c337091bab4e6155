package io.weir.bench;

import io.weir.dataplane.MapShape;
import io.weir.dataplane.ServiceAbi;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.MappedArray;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Looks into the maps that packets are looked up in: what stands there is in force. IPv4, TCP to port 80. */
final class Witness implements AutoCloseable {

    /** Bits of the scope before a route's own prefix. */
    private static final int SCOPE_BITS = 32;

    private final Arena arena = Arena.ofShared();
    private final BpfMap services;
    private final BpfMap routes;
    private final BpfMap groups;
    private final MappedArray slices;

    Witness(Path pins) throws IOException {
        PinnedMaps maps = new PinnedMaps(pins);
        this.services = maps.open(MapShape.SERVICES);
        this.routes = maps.open(MapShape.ROUTES);
        this.groups = maps.open(MapShape.GROUPS);
        this.slices = groups.map();
    }

    boolean hasService(String address) {
        return services.lookup(service(address), ServiceAbi.Service.LAYOUT.allocate(arena));
    }

    /** Where the slots of a service's default group lie: elsewhere after each change of one. */
    long slots(String address) {
        return slices.readLong(2 * ServiceAbi.Service.GROUP.getInt(known(address)), 0);
    }

    /** Whether a client finds a source route. */
    boolean hasRoute(String address, String client) {
        MemorySegment key = ServiceAbi.RouteKey.LAYOUT.allocate(arena);
        ServiceAbi.RouteKey.PREFIX_LENGTH.set(key, SCOPE_BITS + 32);
        ServiceAbi.RouteKey.SCOPE.set(key, 2 * ServiceAbi.Service.PROXY.get(known(address)));
        put(ServiceAbi.RouteKey.SOURCE.offset(), key, Addresses.bytes(client));
        return routes.lookup(key, ServiceAbi.Route.LAYOUT.allocate(arena));
    }

    private MemorySegment known(String address) {
        MemorySegment service = ServiceAbi.Service.LAYOUT.allocate(arena);
        if (!services.lookup(service(address), service)) {
            throw new IllegalStateException("the data path has no listener at " + address);
        }
        return service;
    }

    private MemorySegment service(String address) {
        MemorySegment key = ServiceAbi.ServiceKey.LAYOUT.allocate(arena);
        put(ServiceAbi.ServiceKey.ADDRESS.offset(), key, Addresses.bytes(address));
        ServiceAbi.ServiceKey.PORT.set(key, Addresses.VIP_PORT);
        ServiceAbi.ServiceKey.PROTOCOL.set(key, WeirTables.TCP);
        ServiceAbi.ServiceKey.FAMILY.set(key, Addresses.V4.family());
        return key;
    }

    private static void put(int at, MemorySegment struct, byte[] bytes) {
        MemorySegment.copy(bytes, 0, struct, ValueLayout.JAVA_BYTE, at, bytes.length);
    }

    @Override
    public void close() {
        slices.close();
        groups.close();
        routes.close();
        services.close();
        arena.close();
    }
}
