package io.weir.bench;

import io.weir.dataplane.MapShape;
import io.weir.libbpf.MappedArray;
import io.weir.libbpf.TestRun;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** The programs of table.bpf.c on the data path's own flow tables. */
final class FlowTable implements AutoCloseable {

    /** As in table.bpf.c. */
    private static final int LOOKUPS = 64;

    private final BenchObject object;
    private final MappedArray walks;
    private final StructMemory walk;

    FlowTable(WeirTables weir, int hz) {
        object = BenchObject.load(
                "table",
                Map.of(),
                Map.of(
                        MapShape.FLOWS4, weir.map(MapShape.FLOWS4),
                        MapShape.FLOWS6, weir.map(MapShape.FLOWS6)),
                "age_flows4",
                "age_flows6",
                "make_keys4",
                "look_up4",
                "make_keys6",
                "look_up6");
        walks = object.map("walks").map();
        walk = object.struct("walk", walks.value(0));
        walk.set("random", 88172645463325252L);
        walk.set("hz", hz);
    }

    /** Spreads last-seen of a family's flows over the last second, as steady traffic does. */
    void age(Addresses net) {
        object.program("age_flows" + net.family()).run(TestRun.packet(new byte[Frame.BYTES]));
    }

    /** ns a lookup of any of the flows; with {@code really} false, of making the key alone. */
    double look(Addresses net, int flows, int lookups, boolean really) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = FlowKeys.first(net, true, WeirTables.TCP, arena);
            walk.put("key", (net.v4() ? FlowKeys.widen(key) : key).toArray(ValueLayout.JAVA_BYTE));
        }
        walk.set("client", net.clientWord());
        walk.set("mask", flows - 1);
        walk.set("missed", 0);
        String program = (really ? "look_up" : "make_keys") + net.family();
        int runs = Math.max(1, lookups / LOOKUPS);
        double nanos = object.program(program)
                .run(TestRun.packet(new byte[Frame.BYTES]).repeat(runs))
                .nanos();
        if (walk.get("missed") != 0) {
            throw new IllegalStateException("lookups missed: the flows are not in the table");
        }
        return nanos / LOOKUPS;
    }

    @Override
    public void close() {
        walks.close();
        object.close();
    }
}
