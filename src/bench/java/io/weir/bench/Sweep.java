package io.weir.bench;

import io.weir.dataplane.NodeAbi;
import io.weir.dataplane.MapShape;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.Btf;
import io.weir.libbpf.TestRun;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/** The data path's expiry, slice by slice on its own tables (sweep.bpf.c). */
final class Sweep implements AutoCloseable {

    private static final int SLICES = 256;

    private final BenchObject object;
    private final BpfMap expiry;

    Sweep(WeirTables weir) {
        Map<String, BpfMap> shared = new HashMap<>();
        for (Btf.MapDeclaration map : BenchObject.maps("sweep")) {
            shared.put(map.name(), weir.map(map.name()));
        }
        object = BenchObject.load("sweep", Map.of(), shared, "sweep_slice");
        expiry = weir.map(MapShape.EXPIRY);
    }

    /** Milliseconds of CPU until that many flows were looked at. */
    double millisFor(long flows) {
        TestRun slices = TestRun.packet(new byte[64]).repeat(SLICES);
        long start = examined();
        long seen = start;
        double nanos = 0;
        while (seen - start < flows) {
            nanos += (double) object.program("sweep_slice").run(slices).nanos() * SLICES;
            long now = examined();
            if (now == seen) {
                throw new IllegalStateException("expiry finds no flows");
            }
            seen = now;
        }
        return nanos / (seen - start) * flows / 1e6;
    }

    private long examined() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = NodeAbi.Expiry.LAYOUT.allocate(arena);
            expiry.lookup(arena.allocateFrom(ValueLayout.JAVA_INT, 0), value);
            return NodeAbi.Expiry.EXAMINED.get(value);
        }
    }

    @Override
    public void close() {
        object.close();
    }
}
