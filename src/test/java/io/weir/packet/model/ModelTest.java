package io.weir.packet.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.ObjectFiles;
import io.weir.dataplane.Reason;
import io.weir.dataplane.ShadowTable;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.TestRun;
import io.weir.model.IpAddress;
import io.weir.packet.Counters;
import io.weir.packet.DataPath;
import io.weir.packet.Dissector;
import io.weir.packet.Hook;
import io.weir.packet.PeerFlows;
import io.weir.packet.Setup;
import io.weir.packet.Surroundings;
import io.weir.packet.Tables;
import io.weir.testing.KernelTest;
import io.weir.testing.Seed;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The programs and the model are told the same random histories and must do the same. A replay compares everything after
 * each packet, so that the failure names the one it began with.
 */
@KernelTest
class ModelTest {

    private static final int STEPS = 150;
    private static final int ROOMY = 1000;
    private static final int CRAMPED = 12;

    /** A page without the headroom and the tailroom that BPF_PROG_TEST_RUN keeps for XDP. */
    private static final int LONGEST = 4096 - 256 - 320;

    private final long seed = Seed.pick();
    private String last = "";
    private long packets;
    private long histories;
    private long promoted;

    @Test
    void the_programs_do_what_the_model_does() {
        tellFor(Duration.ofSeconds(12));
    }

    @Test
    @Tag("slow")
    void the_programs_do_what_the_model_does_for_five_minutes() {
        tellFor(Duration.ofMinutes(5));
    }

    private void tellFor(Duration length) {
        try (Surroundings surroundings = new Surroundings()) {
            surroundings.inside(() -> {
                try (DataPath roomy = new DataPath(surroundings, ObjectFiles.shipped(), ROOMY);
                        DataPath cramped =
                                new DataPath(surroundings, ObjectFiles.onClassPath("/bpf-poison"), CRAMPED)) {
                    long until = System.nanoTime() + length.toNanos();
                    while (System.nanoTime() < until) {
                        Random random = Seed.random(seed + histories);
                        boolean small = random.nextInt(4) == 0;
                        tell(small ? cramped : roomy, small ? CRAMPED : ROOMY, random);
                        histories++;
                    }
                }
                return null;
            });
        } finally {
            System.out.println("model: " + packets + " packets in " + histories + " histories, of flows of peers "
                    + promoted + ", seed " + seed);
        }
        assertThat(promoted).isPositive();
    }

    private void tell(DataPath path, int room, Random random) {
        Histories history = new Histories(random);
        Setup setup = history.setup();
        path.tables().clear();
        path.install(setup);
        Model model = new Model(setup, room);
        boolean xdp = random.nextBoolean();
        int tellers = random.nextInt(3) * 10; // a node without peers, and with those that have much or more to tell
        List.of(PeerFlows.PEER, PeerFlows.OTHER_PEER)
                .forEach(peer -> path.shadows().put(peer, List.of()));
        Counters before = path.counters();
        for (int step = 0; step < STEPS; step++) {
            String place = Seed.replay(seed + histories) + ", step " + step;
            int kind = random.nextInt(100);
            if (kind < 6) {
                double seconds = history.pause();
                path.tables().age(seconds);
                model.memory.now += (long) (seconds * Setup.HZ);
            } else if (kind < 9) {
                setup = history.weights(setup, random.nextInt(4));
                path.install(setup);
                model.install(setup);
            } else if (kind < 9 + tellers) {
                Histories.Word word = history.word();
                last = "\n" + word;
                tell(path.shadows(), word);
                model.told(word);
            } else {
                hand(path, model, history, xdp, random, place);
            }
            if (Seed.isGiven() || step % 50 == 49) {
                compare(path, model, before, place + last);
            }
        }
        promoted += model.memory.counters().reasons().getOrDefault(Reason.PROMOTED, 0L);
    }

    private static void tell(ShadowTable shadows, Histories.Word word) {
        Tables.Key wanted = PeerFlows.key(word.flow());
        switch (word.what()) {
            case CARRIES -> shadows.put(word.owner(), List.of(word.flow()));
            case ENDED -> shadows.remove(word.owner(), List.of(word.flow()));
            case SHARED -> shadows.handOver(word.owner(), word.other(), List.of(word.flow()));
            case LEFT -> shadows.claim(word.owner(), flow -> PeerFlows.key(flow).equals(wanted));
        }
    }

    private void hand(DataPath path, Model model, Histories history, boolean xdp, Random random, String place) {
        Histories.Arrival arrival = history.next(model);
        boolean egress = !xdp && arrival.fromTargets() && random.nextInt(3) == 0;
        Hook hook = xdp ? Hook.XDP : egress ? Hook.EGRESS : Hook.INGRESS;
        if (!runs(hook, arrival.frame()) || isScoped(arrival.frame())) {
            return;
        }
        packets++;
        last = "\n" + Dissector.text(arrival.frame());
        Model.Outcome expected = model.run(hook, arrival.side(), arrival.frame());
        String text = place + " at " + hook + " from " + arrival.side() + ":\n" + Dissector.text(arrival.frame()) + "\n"
                + HexFormat.of().formatHex(arrival.frame());
        TestRun.Result result;
        try {
            result = path.hand(hook, arrival.side(), arrival.frame(), 0);
        } catch (BpfException failed) {
            throw new AssertionError(text + "\nmust become\n" + Dissector.text(expected.frame()), failed);
        }
        assertThat(hook.verdict(result.action())).as(text).isEqualTo(expected.verdict());
        if (expected.verdict() == Hook.Verdict.DROPPED) {
            return;
        }
        if (!Arrays.equals(result.packet(), expected.frame())) {
            assertThat(Dissector.text(result.packet())).as(text).isEqualTo(Dissector.text(expected.frame()));
            assertThat(HexFormat.of().formatHex(result.packet()))
                    .as(text)
                    .isEqualTo(HexFormat.of().formatHex(expected.frame()));
        }
        if (new Reading(expected.frame()).refused == Reason.NONE) {
            history.left(expected.frame());
        }
    }

    /**
     * IPv6 routes lead nowhere for such a source, be it the client's or a VIP's that an answer gets; but a way that is known
     * already is not asked for again.
     */
    private static boolean isScoped(byte[] frame) {
        Reading packet = new Reading(frame);
        return isScoped(packet.source) || isScoped(packet.destination);
    }

    private static boolean isScoped(IpAddress address) {
        return address.family() == IpAddress.Family.V6
                && (address.isMulticast() || address.isLinkLocal() || address.isLoopback());
    }

    /**
     * BPF_PROG_TEST_RUN takes what fits a page beside the room that a driver keeps, and gives no TC program less than an IP
     * header.
     */
    private static boolean runs(Hook hook, byte[] frame) {
        return frame.length <= LONGEST && (hook == Hook.XDP || frame.length >= 14 + 40);
    }

    private static void compare(DataPath path, Model model, Counters before, String place) {
        Counters changed = path.counters().since(before);
        Counters expected = model.memory.counters();
        assertThat(changed.reasons()).as(place).isEqualTo(expected.reasons());
        assertThat(changed.targets()).as(place).isEqualTo(expected.targets());
        assertThat(changed.connections()).as(place).isEqualTo(expected.connections());
        assertThat(changed.flows()).as(place).isEqualTo(expected.flows());
        Tables tables = path.tables().read();
        Tables wanted = model.memory.tables();
        assertThat(tables.flows()).as(place).isEqualTo(wanted.flows());
        assertThat(tables.halfOpen()).as(place).isEqualTo(wanted.halfOpen());
        assertThat(tables.totals()).as(place).isEqualTo(wanted.totals());
        assertThat(tables.pieces()).as(place).isEqualTo(wanted.pieces());
        assertThat(tables.shadows()).as(place).isEqualTo(wanted.shadows());
        assertThat(path.shadows().size()).as(place).isEqualTo(wanted.shadows().size());
    }
}
