package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Image.RouteKey;
import io.weir.engine.Image.ServiceKey;
import io.weir.engine.RefusedException.Reason;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives groups their numbers. Equal groups are one. A group whose content changes keeps its number, so that one store
 * switches all who use it, but only when all of them switch to the same content: otherwise somebody would for a moment be
 * sent to the targets of another.
 */
final class GroupNumbers {

    /** Groups of the group map (maps.h), which has two entries for each. */
    static final int CAPACITY = 32_768;

    private final Map<GroupKind, Integer> numbers = new HashMap<>();
    private final Map<Integer, Long> freed = new HashMap<>();

    private GroupNumbers() {}

    /**
     * @param defaults of all proxies, also of those without a listener now
     * @param byListener what the default group of each listener is now
     * @param byRoute what the group of each route is now
     * @param previous the image before; what is in the maps counts as well, as its removals may not be written yet
     */
    static GroupNumbers assign(
            Collection<GroupKind> defaults,
            Map<ServiceKey, GroupKind> byListener,
            Map<RouteKey, GroupKind> byRoute,
            Ids ids,
            Image previous,
            Evidence evidence,
            long now) {
        GroupNumbers result = new GroupNumbers();
        Set<GroupKind> wanted = new LinkedHashSet<>(defaults); // in the order of the config: numbers are repeatable
        wanted.addAll(byRoute.values());
        ids.groups().forEach((kind, number) -> {
            if (wanted.contains(kind)) {
                result.numbers.put(kind, number);
            }
        });
        Set<Integer> kept = new HashSet<>(result.numbers.values());
        Set<Image> images = Collections.newSetFromMap(new IdentityHashMap<>());
        images.add(previous);
        images.add(evidence.installed());
        switches(byListener, byRoute, images, kept).forEach((number, kinds) -> {
            if (kinds.size() == 1) {
                kinds.iterator().next().ifPresent(kind -> result.numbers.putIfAbsent(kind, number));
            }
        });
        result.rest(ids, evidence, now);
        result.number(wanted, ids, evidence);
        return result;
    }

    int of(GroupKind kind) {
        Integer number = numbers.get(kind);
        if (number == null) {
            throw new IllegalStateException("a group without a number: " + kind);
        }
        return number;
    }

    Map<GroupKind, Integer> numbers() {
        return numbers;
    }

    Map<Integer, Long> freed() {
        return freed;
    }

    /**
     * For each number that is not kept: what those who use it, before or still in the maps, are to use now; empty for one
     * who is gone.
     */
    private static Map<Integer, Set<Optional<GroupKind>>> switches(
            Map<ServiceKey, GroupKind> byListener,
            Map<RouteKey, GroupKind> byRoute,
            Set<Image> images,
            Set<Integer> kept) {
        Map<Integer, Set<Optional<GroupKind>>> switches = new TreeMap<>();
        for (Image image : images) {
            image.services().forEach((key, service) -> {
                if (!kept.contains(service.group())) {
                    switches.computeIfAbsent(service.group(), number -> new HashSet<>())
                            .add(Optional.ofNullable(byListener.get(key)));
                }
            });
            image.routes().forEach((key, route) -> {
                if (!kept.contains(route.group())) {
                    switches.computeIfAbsent(route.group(), number -> new HashSet<>())
                            .add(Optional.ofNullable(byRoute.get(key)));
                }
            });
        }
        return switches;
    }

    private void rest(Ids ids, Evidence evidence, long now) {
        Set<Integer> installed = new HashSet<>();
        evidence.installed().groups().keySet().forEach(key -> installed.add(key.group()));
        ids.freedGroups().forEach((number, since) -> {
            if (installed.contains(number)) {
                freed.put(number, now);
            } else if (!Quarantine.isOver(since, Quarantine.IN_FLIGHT_MS, now)) {
                freed.put(number, since);
            }
        });
        for (int number : ids.groups().values()) {
            freed.put(number, now);
        }
        freed.keySet().removeAll(new HashSet<>(numbers.values()));
    }

    private void number(Collection<GroupKind> wanted, Ids ids, Evidence evidence) {
        BitSet taken = new BitSet();
        numbers.values().forEach(taken::set);
        freed.keySet().forEach(taken::set);
        evidence.installed().groups().keySet().forEach(key -> taken.set(key.group()));
        evidence.installed().services().values().forEach(service -> taken.set(service.group()));
        evidence.installed().routes().values().forEach(route -> taken.set(route.group()));
        for (GroupKind kind : wanted) {
            if (!numbers.containsKey(kind)) {
                int number = taken.nextClearBit(Ids.FIRST);
                if (number >= CAPACITY) {
                    throw new RefusedException(
                            Reason.NO_ROOM, "no room for another group: " + (CAPACITY - 1) + " are in use");
                }
                taken.set(number);
                numbers.put(kind, number);
            }
        }
    }
}
