package io.weir.failover;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** What is to be done at a time, for tens of thousands of connections. Of one thread. */
final class Wheel {

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int SLOTS = 8192;

    private final List<List<LongConsumer>> slots = new ArrayList<>(SLOTS);
    private long tick;

    Wheel(long now) {
        tick = now / TICK;
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>());
        }
    }

    /** @param work gets the time; at most 40 s from now */
    void at(long time, LongConsumer work) {
        long due = Math.clamp(time / TICK, tick + 1, tick + SLOTS - 1);
        slots.get((int) (due % SLOTS)).add(work);
    }

    /** Does what is due. */
    void turn(long now) {
        while (tick < now / TICK) {
            tick++;
            List<LongConsumer> due = slots.get((int) (tick % SLOTS));
            if (!due.isEmpty()) {
                slots.set((int) (tick % SLOTS), new ArrayList<>());
                due.forEach(work -> work.accept(now));
            }
        }
    }

    /** Milliseconds until it may have to turn again. */
    static long pause() {
        return TimeUnit.NANOSECONDS.toMillis(TICK);
    }
}
