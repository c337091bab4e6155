package io.weir.engine;

import io.weir.model.Cidr;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.model.Settings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the kernel side holds, or should hold: maps and hooks as values. Keys are what the maps' keys are.
 *
 * @param targets index into the target table to endpoint
 * @param slots the contents of the slices that groups point at, by slice
 * @param groups group number and family to slice
 * @param services listeners
 * @param routes source routes
 * @param ports bit sets (PORT_* of abi.h) by port number; a port that is absent has none
 * @param hooks interface name to how the data path is attached there
 * @param parameters timeouts and flags
 */
public record Image(
        Map<Integer, Endpoint> targets,
        Map<Slice, Slots> slots,
        Map<GroupKey, Slice> groups,
        Map<ServiceKey, Service> services,
        Map<RouteKey, Route> routes,
        Map<Integer, Integer> ports,
        Map<String, Hook> hooks,
        Parameters parameters) {

    /** Nothing installed. */
    public static Image empty(Parameters parameters) {
        return new Image(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), parameters);
    }

    /** The numbers of groups that listeners or routes point at. */
    Set<Integer> usedGroups() {
        Set<Integer> used = new HashSet<>();
        services.values().forEach(service -> used.add(service.group()));
        routes.values().forEach(route -> used.add(route.group()));
        return used;
    }

    /** A part of the slots array. A group without targets of a family has no slice: {@link #EMPTY} is in no image. */
    public record Slice(int offset, int size) {
        public static final Slice EMPTY = new Slice(0, 0);
    }

    /** Target indices by slot; compared by content. Kept packed: a boxed table of 655,373 slots would take 13 MB. */
    public record Slots(List<Integer> targets) {
        public Slots {
            targets = PackedIndices.copyOf(targets);
        }

        public static Slots of(int... targets) {
            return new Slots(PackedIndices.copyOf(targets));
        }

        /** A fresh array of the target indices, slot by slot. */
        public int[] toArray() {
            return PackedIndices.copyOf(targets).toArrayOfInts();
        }
    }

    public record GroupKey(int group, IpAddress.Family family) {}

    /**
     * @param address the VIP, or empty for any address on the interface
     * @param interfaceIndex the interface, or 0 with a VIP
     */
    public record ServiceKey(Optional<IpAddress> address, int interfaceIndex, int port, Protocol protocol) {}

    public record Service(int proxy, int group, Set<ServiceFlag> flags) {}

    public enum ServiceFlag {
        ROUTES,
        PERSISTENT,
        PICK_UP
    }

    public record RouteKey(int proxy, Cidr source) {

        /** Written out, as that of {@link IpAddress}. */
        @Override
        public boolean equals(Object other) {
            return this == other || other instanceof RouteKey key && proxy == key.proxy && source.equals(key.source);
        }

        @Override
        public int hashCode() {
            return proxy * 31 + source.hashCode();
        }
    }

    public record Route(int group, boolean persistent) {}

    /**
     * @param interfaceIndex the interface it is attached to
     * @param mode what is asked for, or, when read back, what is attached
     */
    public record Hook(int interfaceIndex, Settings.XdpMode mode) {}

    /** The settings map; the generation is the data path's own. */
    public record Parameters(Settings.Timeouts timeouts, boolean events, boolean totals, int seed, RateLimits limits) {

        /** Without limits of new connections. */
        public Parameters(Settings.Timeouts timeouts, boolean events, boolean totals, int seed) {
            this(timeouts, events, totals, seed, RateLimits.NONE);
        }
    }
}
