package io.weir.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Contenders one after the other, round after round, each beside a program that does nothing. */
final class Turns {

    private static final int PROBE = 20_000;
    private static final int WARM = 100_000;
    private static final int MOST = 2_000_000;

    private final Driver driver;
    private final Effort effort;

    /**
     * What one contender does.
     *
     * @param before done before each burst, not measured
     * @param packets of a burst; 0 to find a number that takes the burst's time
     */
    record Turn(Driver.Plan plan, int program, Runnable before, int packets) {}

    Turns(Driver driver, Effort effort) {
        this.driver = driver;
        this.effort = effort;
    }

    /** @param action what the programs must return */
    Row take(String name, Map<String, Turn> contenders, int action) {
        Map<String, Turn> ordered = new TreeMap<>(contenders);
        Map<String, double[]> nanos = new LinkedHashMap<>();
        Map<String, Integer> packets = new LinkedHashMap<>();
        ordered.forEach((contender, turn) -> {
            nanos.put(contender, new double[effort.rounds()]);
            packets.put(contender, turn.packets() > 0 ? turn.packets() : calibrate(turn, action));
        });
        for (int round = 0; round < effort.rounds(); round++) {
            for (Map.Entry<String, Turn> entry : ordered.entrySet()) {
                nanos.get(entry.getKey())[round] =
                        burst(entry.getValue(), packets.get(entry.getKey()), action);
            }
        }
        Map<String, Samples> values = new LinkedHashMap<>();
        nanos.forEach((contender, samples) -> values.put(contender, new Samples(samples)));
        return Row.of(name, "ns a packet", values);
    }

    private int calibrate(Turn turn, int action) {
        double nanos = Math.max(1, driver.run(turn.plan(), turn.program(), PROBE, action));
        return (int) Math.clamp(effort.burstMillis() * 1e6 / nanos, PROBE, MOST);
    }

    private double burst(Turn turn, int packets, int action) {
        turn.before().run();
        double nothing = driver.run(turn.plan(), Driver.NOTHING, packets, action);
        if (turn.packets() == 0) {
            int warm = (int) Math.min(WARM, Math.max(turn.plan().flows(), PROBE));
            driver.run(turn.plan(), turn.program(), warm, action);
        }
        return driver.run(turn.plan(), turn.program(), packets, action) - nothing;
    }
}
