package io.weir.sim;

import io.weir.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Draws what befalls the nodes of a world. */
public final class Chaos {

    private static final long LARGEST_JUMP_MS = Duration.ofHours(2).toMillis();

    private Chaos() {}

    /** So many deaths, starts, partitions and jumps of clocks within so long; who is hit is drawn when it happens. */
    public static void unleash(World world, int events, int withinMs) {
        for (int i = 0; i < events; i++) {
            world.in(world.random().nextInt(withinMs), () -> strike(world));
        }
    }

    private static void strike(World world) {
        Random random = world.random();
        NodeId victim = List.copyOf(world.all()).get(random.nextInt(world.all().size()));
        switch (random.nextInt(6)) {
            case 0 -> world.kill(victim);
            case 1 -> world.restart(victim);
            case 2 -> world.partition(half(world));
            case 3 -> world.heal();
            case 4 -> world.jump(victim, random.nextLong(-LARGEST_JUMP_MS, LARGEST_JUMP_MS));
            default -> world.faults(random.nextBoolean() ? Faults.BAD : Faults.NONE);
        }
    }

    private static Set<NodeId> half(World world) {
        Set<NodeId> side = new TreeSet<>(world.all());
        side.removeIf(_ -> world.random().nextBoolean());
        return side;
    }
}
