package io.weir.packet;

import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.model.Protocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the node would have told the data path, in plain words.
 *
 * @param slots the table of each group and family: which target's turn it is, as {@link #index} counts; absent: none
 * @param seed of the choice of target
 * @param events whether flows are told to user space
 * @param totals whether packets and bytes of each flow are kept
 * @param buckets of the half-open table, a power of two
 * @param crowded flows in the main table from which on UDP stays out of it and a client's RST is believed
 * @param full flows in the main tables of both families from which on no more get in
 * @param limits of new connections
 * @param lookAgain seconds after which expiry looks at a flow that nobody has ended; 0: whenever it comes by
 */
public record Setup(
        List<Listener> listeners,
        List<SourceRoute> routes,
        Map<Slice, List<Integer>> slots,
        int seed,
        boolean events,
        boolean totals,
        int buckets,
        int crowded,
        int full,
        RateLimits limits,
        int lookAgain) {

    /** Jiffies in a second: so many that the time a test takes is nothing, and tests age flows as they like. */
    public static final int HZ = 1_000_000;

    public static final int ESTABLISHED_SECONDS = 300;
    public static final int UDP_SECONDS = 60;
    public static final int SYN_SECONDS = 30;
    public static final int CLOSING_SECONDS = 10;

    public static final int GROUP = 0;
    public static final int OTHER_GROUP = 1;
    public static final int PROXY = 5;
    public static final int OTHER_PROXY = 6;
    public static final String PROXY_NAME = "web";
    public static final String OTHER_PROXY_NAME = "other";

    /**
     * @param address its VIP; without, it takes any address on its side
     * @param pickUp whether connections that began elsewhere are adopted
     */
    public record Listener(
            Optional<IpAddress> address,
            Side side,
            int port,
            Set<Protocol> protocols,
            int proxy,
            int group,
            boolean persistent,
            boolean pickUp) {}

    public record SourceRoute(int proxy, IpAddress network, int bits, int group, boolean persistent) {}

    /** One family of one group. */
    public record Slice(int group, Family family) {}

    /** Proxy 5 listens on the VIP and on any address of the clients' side; its one target of each family is TARGET. */
    public static Setup usual() {
        List<Listener> listeners = new ArrayList<>();
        for (Family family : Family.values()) {
            listeners.add(vip(Role.VIP, family, PROXY, GROUP));
        }
        listeners.add(
                new Listener(Optional.empty(), Side.CLIENTS, Role.ANYWHERE.port(), both(), PROXY, GROUP, false, false));
        return new Setup(
                        listeners,
                        List.of(),
                        Map.of(),
                        0x5eed,
                        false,
                        false,
                        64,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE,
                        RateLimits.NONE,
                        0)
                .sending(GROUP, Role.TARGET);
    }

    public static Listener vip(Role role, Family family, int proxy, int group) {
        return new Listener(
                Optional.of(role.address(family)), Side.CLIENTS, role.port(), both(), proxy, group, false, true);
    }

    public static Set<Protocol> both() {
        return Set.of(Protocol.TCP, Protocol.UDP);
    }

    /** A timeout as the data path gets it: a quarter of a second more, so that no test walks along its very edge. */
    public static long jiffies(int seconds) {
        return (long) seconds * HZ + HZ / 4;
    }

    /** The number of a role's target in the table of targets. */
    public static int index(Role role, Family family) {
        return 2 * role.ordinal() + family.ordinal();
    }

    /** Both families of a group go to these in turn; to nobody if there are none. */
    public Setup sending(int group, Role... targets) {
        return sending(group, Family.V4, targets).sending(group, Family.V6, targets);
    }

    public Setup sending(int group, Family family, Role... targets) {
        return withSlots(
                new Slice(group, family),
                Arrays.stream(targets).map(role -> index(role, family)).toList());
    }

    public Setup withSlots(Slice slice, List<Integer> targets) {
        Map<Slice, List<Integer>> changed = new HashMap<>(slots);
        changed.put(slice, targets);
        return new Setup(
                listeners,
                routes,
                Map.copyOf(changed),
                seed,
                events,
                totals,
                buckets,
                crowded,
                full,
                limits,
                lookAgain);
    }

    public Setup with(Listener listener) {
        List<Listener> more = new ArrayList<>(listeners);
        more.add(listener);
        return new Setup(
                List.copyOf(more), routes, slots, seed, events, totals, buckets, crowded, full, limits, lookAgain);
    }

    public Setup withListeners(List<Listener> others) {
        return new Setup(others, routes, slots, seed, events, totals, buckets, crowded, full, limits, lookAgain);
    }

    public Setup with(SourceRoute route) {
        List<SourceRoute> more = new ArrayList<>(routes);
        more.add(route);
        return new Setup(
                listeners, List.copyOf(more), slots, seed, events, totals, buckets, crowded, full, limits, lookAgain);
    }

    public Setup withEvents() {
        return new Setup(listeners, routes, slots, seed, true, totals, buckets, crowded, full, limits, lookAgain);
    }

    public Setup withTotals() {
        return new Setup(listeners, routes, slots, seed, events, true, buckets, crowded, full, limits, lookAgain);
    }

    public Setup withBuckets(int count) {
        return new Setup(listeners, routes, slots, seed, events, totals, count, crowded, full, limits, lookAgain);
    }

    public Setup withCrowded(int flows) {
        return new Setup(listeners, routes, slots, seed, events, totals, buckets, flows, full, limits, lookAgain);
    }

    public Setup withFull(int flows) {
        return new Setup(listeners, routes, slots, seed, events, totals, buckets, crowded, flows, limits, lookAgain);
    }

    public Setup withLimits(RateLimits others) {
        return new Setup(listeners, routes, slots, seed, events, totals, buckets, crowded, full, others, lookAgain);
    }

    public Setup withLookAgain(int seconds) {
        return new Setup(listeners, routes, slots, seed, events, totals, buckets, crowded, full, limits, seconds);
    }

    public boolean hasRoutes(int proxy) {
        return routes.stream().anyMatch(route -> route.proxy() == proxy);
    }
}
