package io.weir.engine;

import io.weir.engine.Image.GroupKey;
import io.weir.engine.Image.Slice;
import java.util.ArrayList;
import java.util.Comparator;
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
        // A group that stays in use and loses a family loses it before a new listener points at it.
        Set<Integer> used = image.usedGroups();
        removes(installed.groups(), image.groups(), GROUPS, Diff::emptied, key -> used.contains(key.group()));
        // Bits that go are cleared below; until then both are set.
        new TreeMap<>(image.ports()).forEach((port, bits) -> {
            int before = installed.ports().getOrDefault(port, 0);
            if ((before | bits) != before) {
                writes.add(new Write.PutPort(port, before | bits));
            }
        });
        puts(
                RoutesByProxy.without(installed.routes(), image.routes()),
                RoutesByProxy.without(image.routes(), installed.routes()),
                Comparator.comparing(Object::toString),
                Write.PutRoute::new);
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
        removes(
                RoutesByProxy.without(installed.routes(), image.routes()),
                RoutesByProxy.without(image.routes(), installed.routes()),
                Comparator.comparing(Object::toString),
                Write.RemoveRoute::new);
        new TreeMap<>(installed.ports()).forEach((port, before) -> {
            int bits = image.ports().getOrDefault(port, 0);
            if ((before & ~bits) != 0) {
                writes.add(new Write.PutPort(port, bits));
            }
        });
        Set<Integer> used = image.usedGroups();
        removes(installed.groups(), image.groups(), GROUPS, Diff::emptied, key -> !used.contains(key.group()));
        new TreeMap<>(installed.targets()).forEach((index, endpoint) -> {
            if (!image.targets().containsKey(index)) {
                writes.add(new Write.RemoveTarget(index, endpoint));
            }
        });
    }

    private <K, V> void puts(
            Map<K, V> before, Map<K, V> after, Comparator<? super K> order, BiFunction<K, V, Write> write) {
        if (before == after) {
            return;
        }
        List<K> changed = new ArrayList<>();
        after.forEach((key, value) -> {
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
        before.keySet().stream()
                .filter(key -> !after.containsKey(key) && which.test(key))
                .sorted(order)
                .map(write)
                .forEach(writes::add);
    }
}
