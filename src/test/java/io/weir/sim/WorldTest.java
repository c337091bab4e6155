package io.weir.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.NodeId;
import io.weir.testing.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WorldTest {

    private static final NodeId ONE = new NodeId("lb-1");
    private static final NodeId TWO = new NodeId("lb-2");
    private static final NodeId THREE = new NodeId("lb-3");

    /** Sends numbers to all it is linked with, and writes down what it hears. */
    private static final class Counter implements Process {
        private final Host host;
        private final Set<NodeId> linked = new TreeSet<>();
        private final Map<NodeId, List<Integer>> heard = new HashMap<>();
        private int next;

        Counter(Host host) {
            this.host = host;
        }

        @Override
        public void tick() {
            next++;
            linked.forEach(peer -> host.offer(peer, Lane.FLOWS, new byte[] {(byte) next}));
            host.gossip(new byte[] {(byte) next});
        }

        @Override
        public void up(NodeId peer) {
            linked.add(peer);
            heard.put(peer, new ArrayList<>());
        }

        @Override
        public void down(NodeId peer) {
            linked.remove(peer);
        }

        @Override
        public void dead(NodeId peer, Set<NodeId> survivors) {
            linked.remove(peer);
        }

        @Override
        public void received(NodeId from, Lane lane, byte[] frame) {
            heard.get(from).add((int) frame[0]);
        }
    }

    private static World world(Random random) {
        World world = new World(random, 50);
        List.of(ONE, TWO, THREE).forEach(id -> world.add(id, Counter::new));
        return world;
    }

    private static Counter counter(World world, NodeId id) {
        return (Counter) world.process(id).orElseThrow();
    }

    @Test
    void the_same_seed_gives_the_same_history() {
        assertThat(history(Seed.random(4))).isEqualTo(history(Seed.random(4)));
        assertThat(history(Seed.random(4))).isNotEqualTo(history(Seed.random(5)));
    }

    private static String history(Random random) {
        World world = world(random).traced();
        world.faults(Faults.BAD);
        Chaos.unleash(world, 20, 20_000);
        world.run(20_000);
        world.quiet(5_000);
        return world.history() + " " + world.steps() + " " + counter(world, ONE).heard;
    }

    @Test
    void a_link_keeps_the_order_of_its_frames_and_loses_none_while_it_stands() {
        World world = world(Seed.random(1));
        world.faults(new Faults(0, 0, 400, 1000));
        world.run(5_000);

        List<Integer> heard = counter(world, TWO).heard.get(ONE);
        assertThat(heard).hasSizeGreaterThan(30);
        for (int i = 1; i < heard.size(); i++) {
            assertThat(heard.get(i)).isEqualTo(heard.get(i - 1) + 1);
        }
    }

    @Test
    void a_link_has_room_for_so_much() {
        World world = world(Seed.random(1));
        world.run(1_000);
        world.faults(new Faults(0, 0, 10, 3));

        for (boolean taken : new boolean[] {true, true, true, false}) {
            assertThat(counter(world, ONE).host.offer(TWO, Lane.FACTS, new byte[1]))
                    .isEqualTo(taken);
        }
        world.run(100);
        assertThat(counter(world, ONE).host.offer(TWO, Lane.FACTS, new byte[1])).isTrue();
    }

    @Test
    void who_is_cut_off_is_declared_dead_and_found_again() {
        World world = world(Seed.random(1));
        world.run(1_000);

        world.partition(Set.of(ONE));
        world.run(4_000);
        assertThat(counter(world, ONE).linked).isEmpty();
        assertThat(counter(world, TWO).linked).containsExactly(THREE);

        world.quiet(1_000);
        assertThat(counter(world, ONE).linked).containsExactly(TWO, THREE);
    }

    @Test
    void who_is_killed_and_started_knows_nothing_and_is_another_boot() {
        World world = world(Seed.random(1));
        world.run(1_000);
        Counter before = counter(world, ONE);

        world.kill(ONE);
        assertThat(world.process(ONE)).isEmpty();
        world.quiet(1_000);

        assertThat(counter(world, ONE)).isNotSameAs(before);
        assertThat(counter(world, ONE).host.boot()).isEqualTo(2);
        assertThat(counter(world, TWO).linked).containsExactly(ONE, THREE);
    }

    @Test
    void a_violation_is_told_with_what_led_to_it() {
        World world = world(Seed.random(1)).traced();
        world.always(
                "nobody ever counts to ten",
                () -> counter(world, ONE).next == 10 ? Optional.of("lb-1 did") : Optional.empty());

        assertThatThrownBy(() -> world.run(60_000))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nobody ever counts to ten: lb-1 did")
                .hasMessageContaining("lb-1 sees lb-3 up");
    }
}
