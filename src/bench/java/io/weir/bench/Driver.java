package io.weir.bench;

import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.MappedArray;
import io.weir.libbpf.TestRun;
import java.util.List;

/** Runs programs on packets of a plan (driver.bpf.c) and says what one costs, the driver's own part included. */
final class Driver implements AutoCloseable {

    /** Returns right away: what the driver itself costs. */
    static final int NOTHING = 0;

    private static final int XDP_ABORTED = 0;

    /** Which flow the next packet is of. */
    enum Pick {
        SAME,
        RANDOM,
        SEQUENCE
    }

    /**
     * @param interfaceIndex that packets come in by; in the calling thread's namespace
     * @param frames sent in turn for a flow
     * @param flows a power of two
     */
    record Plan(Addresses net, int interfaceIndex, List<Frame> frames, Pick pick, long flows) {
        static Plan of(Addresses net, int interfaceIndex, long flows, Frame frame) {
            return new Plan(net, interfaceIndex, List.of(frame), flows == 1 ? Pick.SAME : Pick.RANDOM, flows);
        }
    }

    private final BenchObject object = BenchObject.load("driver", "drive", "nothing", "tell_time");
    private final MappedArray plans = object.map("plans").map();
    private final StructMemory plan = object.struct("plan", plans.value(0));

    Driver() {
        plan.set("random", 88172645463325252L);
        object.program("nothing").putInto(object.map("programs"), NOTHING);
    }

    void install(int index, BpfProgram program) {
        program.putInto(object.map("programs"), index);
    }

    /** The data path's clock, in jiffies. */
    long jiffies() {
        object.program("tell_time").run(TestRun.packet(new byte[Frame.BYTES]));
        return plan.get("jiffies");
    }

    /**
     * Runs packets through a program; ns a packet.
     *
     * @param action what it must return, else the figure would be about something else
     */
    double run(Plan wanted, int program, int packets, int action) {
        plan.set("step_count", wanted.frames().size());
        plan.set("step", 0);
        plan.set("mask", wanted.flows() - 1);
        plan.set("pick", wanted.pick().ordinal());
        plan.set("client", wanted.net().clientWord());
        plan.set("program", program);
        for (int i = 0; i < wanted.frames().size(); i++) {
            Frame frame = wanted.frames().get(i);
            StructMemory step = plan.inner("steps", i);
            step.put("frame", frame.bytes());
            step.set("address_at", frame.addressAt());
            step.set("port_at", frame.portAt());
        }
        TestRun.Result result = object.program("drive")
                .run(TestRun.xdp(new byte[Frame.BYTES], wanted.interfaceIndex()).repeat(packets));
        if (result.action() == XDP_ABORTED || plan.get("failed") != 0) {
            throw new IllegalStateException("packets did not reach the program");
        }
        if (program != NOTHING && result.action() != action) {
            throw new IllegalStateException(
                    "program " + program + " returned " + result.action() + " instead of " + action);
        }
        return result.nanos();
    }

    @Override
    public void close() {
        plans.close();
        object.close();
    }
}
