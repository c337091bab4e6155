package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.flow.ModelTables.Key;
import io.weir.flow.ModelTables.Shadow;
import io.weir.flow.Site.Conversation;
import io.weir.model.NodeId;
import io.weir.sim.Chaos;
import io.weir.sim.World;
import io.weir.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The real state machines of whole clusters, on tables that do what the kernel's do. */
class FlowSimulationTest {

    private static final int CASES = 500;

    /** A few ticks, and what the network takes. */
    private static final int LAG_MS = 100;

    @Test
    void shadows_are_what_owners_carry_once_it_is_quiet_whatever_happened() {
        Seed.times(CASES, FlowSimulationTest::storm);
    }

    @Test
    void established_flows_survive_deaths_that_follow_each_other() {
        Seed.times(CASES, FlowSimulationTest::deaths);
    }

    @Test
    @Tag("slow")
    void all_of_that_holds_in_ten_thousand_cases_too() {
        Seed.times(10_000, FlowSimulationTest::storm);
        Seed.times(10_000, FlowSimulationTest::deaths);
    }

    /** What happened in a case that is repeated is told. */
    private static World world(Random random, int tickMs) {
        World world = new World(random, tickMs);
        return Seed.isGiven() ? world.traced() : world;
    }

    private static void deaths(Random random) {
        World world = world(random, 20);
        Site site = new Site(world, 2 + random.nextInt(2), Duration.ofMinutes(5), LAG_MS);
        site.clients(30, 25_000);
        List<Long> deaths = new ArrayList<>();
        world.run(2_000 + random.nextInt(3_000));
        for (int i = 0; i < 3; i++) {
            site.reroute();
            world.run(random.nextInt(2_000));
            NodeId victim =
                    List.copyOf(world.all()).get(random.nextInt(world.all().size()));
            site.dies(victim, random.nextInt(3) > 0);
            world.kill(victim);
            deaths.add(world.time());
            world.run(random.nextInt(10_000));
            world.restart(victim);
            world.run(3_000);
        }
        assertThat(site.conversations().stream()
                        .filter(conversation -> conversation.reset)
                        .filter(conversation -> deaths.stream()
                                .noneMatch(
                                        death -> death >= conversation.opened && death - conversation.opened < LAG_MS))
                        .map(conversation -> conversation.key.client() + " since " + conversation.opened))
                .as(() -> "of those that began longer than the lag before the deaths at " + deaths + world.history())
                .isEmpty();
    }

    private static void storm(Random random) {
        World world = world(random, 100);
        Site site = new Site(world, 2 + random.nextInt(2), Duration.ofSeconds(15), 1_000);
        site.clients(20, 10_000);
        Chaos.unleash(world, 8, 12_000);
        for (int i = 0; i < 4; i++) {
            world.in(random.nextInt(12_000), site::reroute);
        }
        world.run(12_000);
        world.quiet(35_000);
        settle(site, world);
    }

    /** Nobody opens or ends anything in the moment in which it is looked at: what has happened has been told. */
    private static void settle(Site site, World world) {
        List<String> wrong = List.of("not looked");
        for (int i = 0; i < 200 && !wrong.isEmpty(); i++) {
            world.run(10);
            wrong = differences(site, world);
        }
        assertThat(wrong).as(() -> world.history()).isEmpty();
    }

    private static List<String> differences(Site site, World world) {
        List<String> wrong = new ArrayList<>();
        for (NodeId owner : world.all()) {
            if (!site.exchange(owner).isInSync()) {
                wrong.add(owner + " is not in sync: " + site.exchange(owner).status(0));
            }
            for (NodeId peer : world.all()) {
                if (!owner.equals(peer)) {
                    compare(site, owner, peer, wrong);
                }
            }
        }
        for (Conversation conversation : site.conversations()) {
            List<NodeId> owners = world.all().stream()
                    .filter(id -> site.tables(id).own.containsKey(conversation.key))
                    .toList();
            if (!conversation.over && owners.size() != 1) {
                wrong.add(conversation.key.client() + " is carried by " + owners);
            }
        }
        return wrong;
    }

    private static void compare(Site site, NodeId owner, NodeId peer, List<String> wrong) {
        ModelTables own = site.tables(owner);
        ModelTables there = site.tables(peer);
        own.own.forEach((key, carried) -> {
            Shadow shadow = there.shadows.get(key);
            boolean carries = there.own.containsKey(key);
            if (!carries && (shadow == null || !shadow.way().equals(carried.way()))) {
                wrong.add(key.client() + " of " + owner + " is not held by " + peer + " but " + shadow);
            }
        });
        for (Map.Entry<Key, Shadow> shadow : there.shadows.entrySet()) {
            if (shadow.getValue().owner().equals(owner) && !own.own.containsKey(shadow.getKey())) {
                wrong.add(
                        shadow.getKey().client() + " is held by " + peer + " for " + owner + ", who does not carry it");
            }
        }
    }
}
