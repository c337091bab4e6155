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
     * Flows that take a step before the first of them takes the next: a run has one interface and costs milliseconds of its
     * own. So few that hardly a bucket of the half-open table gets more of them than it has room for.
     */
    private static final int TOGETHER = 2048;

    /** @param interfaceIndex that the packet comes in by; in the calling thread's namespace */
    record Step(Frame frame, int interfaceIndex) {}

    /**
     * @param steps taken in turn by every flow; several only with {@link Pick#SEQUENCE}
     * @param flows a power of two
     */
    record Plan(Addresses net, List<Step> steps, Pick pick, long flows) {
        Plan {
            if (steps.size() > 1 && pick != Pick.SEQUENCE) {
                throw new IllegalArgumentException("a flow takes several steps only when flows come in sequence");
            }
        }

        static Plan of(Addresses net, int interfaceIndex, long flows, Frame frame) {
            return new Plan(net, List.of(new Step(frame, interfaceIndex)), flows == 1 ? Pick.SAME : Pick.RANDOM, flows);
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

    /** The flow behind this one is the next of a sequence. */
    void goOnFrom(long flow) {
        plan.set("sequence", flow);
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
        plan.set("mask", wanted.flows() - 1);
        plan.set("pick", wanted.pick().ordinal());
        plan.set("client", wanted.net().clientWord());
        plan.set("program", program);
        if (wanted.steps().size() == 1) {
            return take(wanted.steps().getFirst(), packets, action);
        }
        int rounds = Math.max(1, packets / (TOGETHER * wanted.steps().size()));
        double nanos = 0;
        for (int round = 0; round < rounds; round++) {
            long first = plan.get("sequence");
            for (Step step : wanted.steps()) {
                plan.set("sequence", first);
                nanos += take(step, TOGETHER, action);
            }
        }
        return nanos / (rounds * wanted.steps().size());
    }

    private double take(Step step, int packets, int action) {
        plan.put("frame", step.frame().bytes());
        plan.set("address_at", step.frame().addressAt());
        plan.set("port_at", step.frame().portAt());
        TestRun.Result result = object.program("drive")
                .run(TestRun.xdp(new byte[Frame.BYTES], step.interfaceIndex()).repeat(packets));
        if (result.action() == XDP_ABORTED || plan.get("failed") != 0) {
            throw new IllegalStateException("packets did not reach the program");
        }
        if (plan.get("program") != NOTHING && result.action() != action) {
            throw new IllegalStateException(
                    "program " + plan.get("program") + " returned " + result.action() + " instead of " + action);
        }
        return result.nanos();
    }

    @Override
    public void close() {
        plans.close();
        object.close();
    }
}
