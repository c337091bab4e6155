package io.weir.dataplane;

import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.MappedArray;
import io.weir.libbpf.TestRun;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Hands records to {@code weir_shadow}, as many at once as it takes, and what came of each to who asked. For one thread.
 *
 * @param <T> what a record is about, for the one who asked
 */
final class ShadowWork<T> {

    /** A TC program runs on nothing less. */
    private static final TestRun RUN = TestRun.packet(new byte[64]);

    private final BpfProgram program;
    private final MappedArray records;
    private final ObjIntConsumer<T> results;
    private final List<T> pending = new ArrayList<>();

    /** @param results gets enum shadow_result */
    ShadowWork(BpfProgram program, MappedArray records, ObjIntConsumer<T> results) {
        this.program = program;
        this.records = records;
        this.results = results;
    }

    /** @param fill writes the record, which is zero */
    void add(T about, Consumer<MemorySegment> fill) {
        MemorySegment record = records.value(pending.size());
        record.fill((byte) 0);
        fill.accept(record);
        pending.add(about);
        if (pending.size() == records.entries()) {
            run();
        }
    }

    /** Does what has been added; the program's clock is told anew even if that is nothing. */
    void run() {
        if (pending.size() < records.entries()) {
            ShadowAbi.ShadowRecord.WORK.set(records.value(pending.size()), ShadowAbi.SHADOW_NOTHING);
        }
        program.run(RUN);
        for (int i = 0; i < pending.size(); i++) {
            results.accept(pending.get(i), ShadowAbi.ShadowRecord.RESULT.getInt(records.value(i)));
        }
        pending.clear();
    }
}
