package io.weir.engine;

import io.weir.engine.Image.GroupKey;
import io.weir.engine.Image.Hook;
import io.weir.engine.Image.Parameters;
import io.weir.engine.Image.Route;
import io.weir.engine.Image.RouteKey;
import io.weir.engine.Image.Service;
import io.weir.engine.Image.ServiceKey;
import io.weir.engine.Image.Slice;
import io.weir.engine.Image.Slots;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress.Family;
import io.weir.model.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A data path in memory. It outlives engines, as the kernel does, and after every single write checks that nothing points
 * at what is not there.
 */
final class RecordingDataplane implements Dataplane {

    static final Parameters NEVER_SET = new Parameters(Settings.Timeouts.DEFAULT, false, false, -1);

    final Map<Integer, Endpoint> targets = new HashMap<>();
    final Map<Slice, Slots> slots = new HashMap<>();
    final Map<GroupKey, Slice> groups = new HashMap<>();
    final Map<ServiceKey, Service> services = new HashMap<>();
    final Map<RouteKey, Route> routes = new HashMap<>();
    final Map<Integer, Integer> ports = new HashMap<>();
    final Map<String, Hook> hooks = new HashMap<>();
    Parameters parameters = NEVER_SET;

    final List<Write> writes = new ArrayList<>();

    /** Writes that the kernel refuses. */
    Predicate<Write> refuses = write -> false;

    /** Writes that are carried out and reported as refused, the worst kind. */
    Predicate<Write> lies = write -> false;

    boolean unreadable;

    private final Map<Slots, Set<Integer>> distinct = new HashMap<>();

    /** Whether a group may be without any target. */
    boolean emptyGroups;

    Runnable afterWrite = () -> {};

    @Override
    public Image read() {
        if (unreadable) {
            throw new DataplaneException("cannot read the maps: Input/output error", 5);
        }
        Map<Slice, Slots> used = new HashMap<>(slots);
        used.keySet().retainAll(groups.values());
        return new Image(
                Map.copyOf(targets),
                used,
                Map.copyOf(groups),
                Map.copyOf(services),
                Map.copyOf(routes),
                Map.copyOf(ports),
                Map.copyOf(hooks),
                parameters);
    }

    @Override
    public void apply(Write write) {
        if (refuses.test(write)) {
            throw new DataplaneException(
                    "the kernel refused " + write.getClass().getSimpleName(), 1);
        }
        carryOut(write);
        writes.add(write);
        check(write);
        afterWrite.run();
        if (lies.test(write)) {
            throw new DataplaneException("timed out after " + write.getClass().getSimpleName(), 110);
        }
    }

    private void carryOut(Write write) {
        switch (write) {
            case Write.PutTarget put -> targets.put(put.index(), put.endpoint());
            case Write.RemoveTarget remove -> targets.remove(remove.index());
            case Write.PutSlots put -> fill(put);
            case Write.PutGroup put -> {
                if (put.slice().equals(Slice.EMPTY)) {
                    groups.remove(put.group());
                } else {
                    groups.put(put.group(), put.slice());
                }
            }
            case Write.PutService put -> services.put(put.key(), put.service());
            case Write.RemoveService remove -> services.remove(remove.key());
            case Write.PutRoute put -> routes.put(put.key(), put.route());
            case Write.RemoveRoute remove -> routes.remove(remove.key());
            case Write.PutPort put -> {
                ports.put(put.port(), put.bits());
                ports.values().removeIf(bits -> bits == 0);
            }
            case Write.PutParameters put -> parameters = put.parameters();
            case Write.Attach attach -> hooks.put(attach.interfaceName(), attach.hook());
            case Write.Detach detach -> hooks.remove(detach.interfaceName());
        }
    }

    private void fill(Write.PutSlots put) {
        slots.keySet().stream().filter(other -> overlaps(other, put.slice())).forEach(other -> {
            if (groups.containsValue(other) && !put.slots().equals(slots.get(other))) {
                throw new AssertionError(put.slice() + " is filled over " + other + ", which a group points at");
            }
        });
        slots.keySet().removeIf(other -> overlaps(other, put.slice()));
        slots.put(put.slice(), put.slots());
    }

    private static boolean overlaps(Slice one, Slice other) {
        return one.offset() < other.offset() + other.size() && other.offset() < one.offset() + one.size();
    }

    private void check(Write write) {
        groups.forEach((key, slice) -> {
            Slots filled = slots.get(slice);
            if (filled == null) {
                throw new AssertionError(
                        "after " + write + ": " + key + " points at " + slice + ", which is not filled");
            }
            for (int target : distinct(filled)) {
                if (!targets.containsKey(target)) {
                    throw new AssertionError(
                            "after " + write + ": " + key + " leads to target " + target + ", not set");
                }
            }
        });
        services.forEach((key, service) -> checkGroup(write, key, service.group()));
        routes.forEach((key, route) -> checkGroup(write, key, route.group()));
    }

    private void checkGroup(Write write, Object key, int group) {
        boolean set = groups.containsKey(new GroupKey(group, Family.V4))
                || groups.containsKey(new GroupKey(group, Family.V6));
        if (!set && !emptyGroups) {
            throw new AssertionError(
                    "after " + write + ": " + key + " points at group " + group + ", which is not set");
        }
    }

    /** Where new connections to a group may go. */
    Set<Endpoint> reachable(int group) {
        Set<Endpoint> endpoints = new TreeSet<>();
        for (Family family : Family.values()) {
            Slice slice = groups.get(new GroupKey(group, family));
            if (slice != null) {
                distinct(slots.get(slice)).forEach(index -> endpoints.add(targets.get(index)));
            }
        }
        return endpoints;
    }

    private Set<Integer> distinct(Slots filled) {
        return distinct.computeIfAbsent(filled, key -> new TreeSet<>(key.targets()));
    }

    List<Write> takeWrites() {
        List<Write> taken = List.copyOf(writes);
        writes.clear();
        return taken;
    }

    @Override
    public void close() {
        // it stays, as pinned maps do
    }
}
