package io.weir.dataplane;

import io.weir.libbpf.BpfLink;
import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.TcDirection;
import io.weir.libbpf.TcFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * One side of TC on an interface: a pinned TCX link from kernel 6.6 on, before that a filter on clsact, which is made if it is
 * missing and then noted in the record.
 */
final class TcHook {

    /** The kind of note for a clsact that we made. */
    static final String CLSACT = "clsact";

    /** Of our filters: nobody else's number is likely to be the same, and an interface has one data path. */
    private static final int PRIORITY = 0x5765;

    private static final int HANDLE = 1;

    private final PinDirectory pins;
    private final HostRecord record;
    private final HeldInterfaces held;
    private final Kind kind;

    /** How a program is put there. */
    enum Kind {
        /** TCX links, pinned. */
        LINK,
        /** Filters on clsact, held by the interface itself. */
        FILTER;

        /** What the running kernel has: TCX came with 6.6. */
        static Kind ofKernel() {
            return KernelVersion.running().atLeast(6, 6) ? LINK : FILTER;
        }
    }

    TcHook(PinDirectory pins, HostRecord record, Kind kind) {
        this.pins = pins;
        this.record = record;
        this.held = new HeldInterfaces(record);
        this.kind = kind;
    }

    /** Interfaces that may have a program of ours although no pin says so. */
    Set<String> unpinned() {
        return kind == Kind.FILTER ? held.present().keySet() : Set.of();
    }

    static TcFilter filter(int interfaceIndex, TcDirection direction) {
        return new TcFilter(interfaceIndex, direction, PRIORITY, HANDLE);
    }

    boolean isAttached(String name, int index, TcDirection direction) {
        Path pin = pin(name, direction);
        if (Files.exists(pin)) {
            try (BpfLink link = BpfLink.open(pin)) {
                return link.info().interfaceIndex() == index;
            }
        }
        return kind == Kind.FILTER && filter(index, direction).query().isPresent();
    }

    /** Attaches, or replaces the program that is attached. */
    void attach(String name, int index, TcDirection direction, BpfProgram program) {
        Path pin = pin(name, direction);
        if (isAttached(name, index, direction)) {
            replace(pin, index, direction, program);
            return;
        }
        PinDirectory.takeOff(pin);
        if (kind == Kind.FILTER) {
            attachFilter(name, index, direction, program);
            return;
        }
        try (BpfLink link = BpfLink.tcx(program, index, direction)) {
            link.pin(pin);
        }
    }

    void detach(String name, int index, TcDirection direction) {
        PinDirectory.takeOff(pin(name, direction));
        if (index > 0 && kind == Kind.FILTER) {
            filter(index, direction).detach();
        }
    }

    private static void replace(Path pin, int index, TcDirection direction, BpfProgram program) {
        if (!Files.exists(pin)) {
            filter(index, direction).attach(program);
            return;
        }
        try (BpfLink link = BpfLink.open(pin)) {
            link.update(program);
        }
    }

    private void attachFilter(String name, int index, TcDirection direction, BpfProgram program) {
        HostRecord.Entry note = new HostRecord.Entry(CLSACT, name, "");
        boolean noted = record.has(CLSACT, name);
        record.add(List.of(note));
        if (!TcFilter.createClsact(index) && !noted) {
            record.remove(note);
        }
        filter(index, direction).attach(program);
    }

    private Path pin(String name, TcDirection direction) {
        return pins.link(
                new LinkName(direction == TcDirection.INGRESS ? LinkName.Hook.INGRESS : LinkName.Hook.EGRESS, name));
    }
}
