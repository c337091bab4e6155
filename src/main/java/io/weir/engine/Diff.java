package io.weir.engine;

import io.weir.engine.Image.GroupKey;
import io.weir.engine.Image.Slice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * {@code diff(installed, image)}: the writes that lead from one to the other, in an order that never leaves anything
 * pointing at what is not there: settings, targets, slots, groups, ports, routes, listeners, attach; then detach,
 * listeners, routes, ports, groups, targets are removed.
 */
final class Diff {

    private static final Comparator<GroupKey> GROUPS =
            Comparator.comparing(GroupKey::group).thenComparing(GroupKey::family);

    private final Image installed;
    private final Image image;
    private final List<Write> writes = new ArrayList<>();

    private Diff(Image installed, Image image) {
        this.installed = installed;
        this.image = image;
    }

    static List<Write> diff(Image installed, Image image) {
        Diff diff = new Diff(installed, image);
        diff.additions();
        diff.removals();
        return List.copyOf(diff.writes);
    }

    private void additions() {
        if (!installed.parameters().equals(image.parameters())) {
            writes.add(new Write.PutParameters(image.parameters()));
        }
        puts(installed.targets(), image.targets(), Comparator.naturalOrder(), Write.PutTarget::new);
        puts(
                installed.slots(),
                image.slots(),
                Comparator.comparing(Slice::offset).thenComparing(Slice::size),
                Write.PutSlots::new);
        puts(installed.groups(), image.groups(), GROUPS, Write.PutGroup::new);
        Set<Integer> next = groupsOfNewUsers();
        // A group that loses a family loses it before somebody new points at it.
        removes(installed.groups(), image.groups(), GROUPS, Diff::emptied, key -> next.contains(key.group()));
        // Bits that go are cleared below; until then both are set.
        new TreeMap<>(SharedMap.without(image.ports(), installed.ports())).forEach((port, bits) -> {
            int before = installed.ports().getOrDefault(port, 0);
            if ((before | bits) != before) {
                writes.add(new Write.PutPort(port, before | bits));
            }
        });
        puts(installed.routes(), image.routes(), Comparator.comparing(Object::toString), Write.PutRoute::new);
        puts(installed.services(), image.services(), Comparator.comparing(Object::toString), Write.PutService::new);
        puts(installed.hooks(), image.hooks(), Comparator.naturalOrder(), Write.Attach::new);
    }

    private void removals() {
        removes(installed.hooks(), image.hooks(), Comparator.naturalOrder(), Write.Detach::new);
        removes(
                installed.services(),
                image.services(),
                Comparator.comparing(Object::toString),
                Write.RemoveService::new);
        removes(installed.routes(), image.routes(), Comparator.comparing(Object::toString), Write.RemoveRoute::new);
        new TreeMap<>(SharedMap.without(installed.ports(), image.ports())).forEach((port, before) -> {
            int bits = image.ports().getOrDefault(port, 0);
            if ((before & ~bits) != 0) {
                writes.add(new Write.PutPort(port, bits));
            }
        });
        Set<Integer> next = groupsOfNewUsers();
        removes(installed.groups(), image.groups(), GROUPS, Diff::emptied, key -> !next.contains(key.group()));
        new TreeMap<>(SharedMap.without(installed.targets(), image.targets())).forEach((index, endpoint) -> {
            if (!image.targets().containsKey(index)) {
                writes.add(new Write.RemoveTarget(index, endpoint));
            }
        });
    }

    private <K, V> void puts(
            Map<K, V> before, Map<K, V> after, Comparator<? super K> order, BiFunction<K, V, Write> write) {
        List<K> changed = new ArrayList<>();
        SharedMap.without(after, before).forEach((key, value) -> {
            if (!value.equals(before.get(key))) {
                changed.add(key);
            }
        });
        changed.sort(order);
        for (K key : changed) {
            V value = after.get(key);
            if (value != null) {
                writes.add(write.apply(key, value));
            }
        }
    }

    /** Of listeners and routes that are about to be pointed at a group. */
    private Set<Integer> groupsOfNewUsers() {
        Set<Integer> groups = new HashSet<>();
        SharedMap.without(image.services(), installed.services()).forEach((key, service) -> {
            if (!service.equals(installed.services().get(key))) {
                groups.add(service.group());
            }
        });
        SharedMap.without(image.routes(), installed.routes()).forEach((key, route) -> {
            if (!route.equals(installed.routes().get(key))) {
                groups.add(route.group());
            }
        });
        return groups;
    }

    private static Write emptied(GroupKey key) {
        return new Write.PutGroup(key, Slice.EMPTY);
    }

    private <K, V> void removes(
            Map<K, V> before, Map<K, V> after, Comparator<? super K> order, Function<K, Write> write) {
        removes(before, after, order, write, key -> true);
    }

    private <K, V> void removes(
            Map<K, V> before,
            Map<K, V> after,
            Comparator<? super K> order,
            Function<K, Write> write,
            Predicate<K> which) {
        SharedMap.without(before, after).keySet().stream()
                .filter(key -> !after.containsKey(key) && which.test(key))
                .sorted(order)
                .map(write)
                .forEach(writes::add);
    }
}
