package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings the contents of earlier maps, of another size or another ABI, into new ones while packets pass. Before the programs
 * are switched everything is copied; after it, the flows confirmed meanwhile, which are told by their age, so that none that
 * has ended since comes back. Until then flows are followed in the old maps: an idle one is copied as it is, a busy one may
 * lose the last second of its bookkeeping. Half-open flows are copied when their table has the same size; otherwise a client
 * whose handshake is under way sends again.
 */
final class Migration {

    /** What is not copied: contents that the kernel makes anew, or that are not entries. */
    private static final Set<String> LEFT = Set.of(
            MapShape.SCRATCH,
            MapShape.TARGET_HOPS,
            MapShape.FRAGMENTS,
            MapShape.EVENTS,
            MapShape.QUEUE4,
            MapShape.QUEUE6,
            MapShape.EXPIRY,
            MapShape.LINKS);

    private static final Map<String, String> QUEUES =
            Map.of(MapShape.FLOWS4, MapShape.QUEUE4, MapShape.FLOWS6, MapShape.QUEUE6);

    private final Map<String, MapCopy> copies = new LinkedHashMap<>();
    private final List<String> left = new ArrayList<>();
    private final BpfObjects objects;
    private final boolean countsAnew;
    private int lost;
    private int moved;

    /**
     * @param before the earlier maps that were not adopted
     * @param objects the new programs
     */
    Migration(Map<String, BpfMap> before, BpfObjects objects) {
        this.objects = objects;
        this.countsAnew = before.containsKey(MapShape.EXPIRY);
        for (MapShape shape : MapShape.ALL) {
            BpfMap from = before.get(shape.name());
            if (from == null || LEFT.contains(shape.name())) {
                continue;
            }
            BpfMap to = objects.map(shape.name());
            if (shape.name().equals(MapShape.HALF_OPEN)
                    && from.info().maxEntries() != to.info().maxEntries()) {
                left.add(shape.name());
                continue;
            }
            MapCopy.between(shape, from, to)
                    .ifPresentOrElse(copy -> copies.put(shape.name(), copy), () -> left.add(shape.name()));
        }
    }

    /** Before the programs are switched. */
    void copyAll() {
        copies.forEach((name, copy) -> copy(name, copy, 0));
    }

    /**
     * After the programs are switched.
     *
     * @param since jiffies, a little before {@link #copyAll} began
     */
    void copyYounger(long since) {
        copies.forEach((name, copy) -> {
            if (QUEUES.containsKey(name)) {
                copy(name, copy, since);
            }
        });
    }

    /** One line about what was done. */
    String summary() {
        return moved + " flow entries were copied"
                + (lost == 0 ? "" : ", " + lost + " found no room: raise :max-connections")
                + (left.isEmpty() ? "" : "; not copied: " + String.join(", ", left));
    }

    private void copy(String name, MapCopy copy, long since) {
        if (!QUEUES.containsKey(name)) {
            lost += copy.copy(value -> true, (key, value) -> {});
            return;
        }
        int[] connections = {0};
        BpfMap queue = objects.map(QUEUES.getOrDefault(name, ""));
        lost += copy.copy(value -> isYounger(value, since), (key, value) -> {
            moved++;
            // Expiry only ends flows whose forward key it finds in its queue.
            if (Abi.Flow.DIRECTION.get(value) == Abi.DIRECTION_FORWARD) {
                queue.push(key);
                connections[0]++;
            }
        });
        if (countsAnew) {
            addFlows(connections[0]);
        }
    }

    private static boolean isYounger(MemorySegment flow, long since) {
        return since == 0 || (int) (Abi.Flow.CREATED.get(flow) - since) >= 0;
    }

    /** The expiry program counts flows to set its pace; ours come in beside it. */
    private void addFlows(int connections) {
        BpfMap state = objects.map(MapShape.EXPIRY);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(4, 4);
            MemorySegment value = Abi.Expiry.LAYOUT.allocate(arena);
            state.lookup(key, value);
            Abi.Expiry.FLOWS.set(value, Abi.Expiry.FLOWS.get(value) + connections);
            state.update(key, value);
        }
    }
}
