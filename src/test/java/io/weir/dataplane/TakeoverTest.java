package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Takeover.Step;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.BpfLink;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfProgram;
import io.weir.model.Flow;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A start that is stopped after each of its steps, as by {@code kill -9}, and the start after it. */
@LabTest
class TakeoverTest {

    private static final Path OTHER_ABI = Path.of("0123456789ab");

    private final TrafficLab lab = new TrafficLab("to");
    private final List<TrafficLab.Conversation> conversations = new ArrayList<>();
    private final Set<Integer> maps = new TreeSet<>();
    private final Set<Integer> programs = new TreeSet<>();

    /** What makes the next start move the flows to other maps. */
    enum Change {
        SIZE,
        ABI
    }

    /** The end of a process: nothing it would have done after is done. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @AfterEach
    void cleanUp() throws Exception {
        for (TrafficLab.Conversation conversation : conversations) {
            conversation.close();
        }
        lab.takeDown();
    }

    @ParameterizedTest(name = "another {0}, {1}")
    @CsvSource({"SIZE, TC", "SIZE, NATIVE", "ABI, NATIVE"})
    void whatever_step_a_start_is_killed_after_the_data_path_forwards_and_the_next_start_has_every_flow(
            Change change, XdpMode mode) throws Exception {
        try (ServerSocket server = lab.listen(TrafficLab.TARGET)) {
            lab.inside("lb", () -> lab.open(mode, TrafficLab.VIP, TrafficLab.TARGET))
                    .close();
            conversations.add(lab.new Conversation(server, TrafficLab.VIP));
            List<Step> killedAfter = new ArrayList<>();
            for (boolean killed = true; killed; ) {
                note();
                Settings settings = prepare(change, killedAfter.size());
                killed = killAfter(killedAfter, settings);
                exchange();
                conversations.add(lab.new Conversation(server, TrafficLab.VIP));
                exchange();
                note();
                restart(change, settings, killedAfter);
            }
            assertThat(killedAfter).startsWith(Step.MADE, Step.COPIED, Step.ANNOUNCED, Step.REPLACED);
            assertThat(killedAfter).endsWith(Step.RETIRED, Step.ENFORCED, Step.TIDIED);
        }
        lab.inside("lb", () -> Detach.everythingUnder(lab.pins()));
        assertNoneIsLeft(Set.of(), Set.of());
    }

    /** As another version, or another :max-connections, would find it. */
    private Settings prepare(Change change, int round) throws IOException {
        if (change == Change.ABI) {
            Files.move(lab.pins().resolve(AbiCheck.hash()), lab.pins().resolve(OTHER_ABI));
            return lab.settings();
        }
        return lab.settings().withMaxConnections(round % 2 == 0 ? 50_000 : 1000);
    }

    /** Kills a start one step later than the last one; whether it had so many. */
    private boolean killAfter(List<Step> earlier, Settings settings) throws Exception {
        int wanted = earlier.size();
        List<Step> steps = new ArrayList<>();
        try {
            lab.inside(
                            "lb",
                            () -> TrafficLab.reopen(settings, step -> {
                                steps.add(step);
                                if (steps.size() > wanted) {
                                    throw new Killed();
                                }
                            }))
                    .close();
            return false;
        } catch (Killed killed) {
            earlier.add(steps.getLast());
            return true;
        }
    }

    private void restart(Change change, Settings settings, List<Step> killedAfter) throws Exception {
        String when = "killed after " + killedAfter;
        try (KernelDataplane dataplane = lab.inside("lb", () -> TrafficLab.reopen(settings))) {
            exchange();
            assertThat(dataplane.flows(100))
                    .as(when)
                    .extracting(Flow::client)
                    .extracting(Flow.Peer::port)
                    .containsExactlyInAnyOrderElementsOf(conversations.stream()
                            .map(TrafficLab.Conversation::clientPort)
                            .toList());
            assertThat(lab.inside("lb", dataplane::read).hooks()).containsOnlyKeys("front", "back");
            assertThat(names(lab.pins())).as(when).containsExactlyInAnyOrder(AbiCheck.hash(), "links");
            assertThat(names(lab.pins().resolve(AbiCheck.hash()))).hasSize(MapShape.ALL.size());
            if (change == Change.SIZE) {
                assertThat(dataplane.of(1)).as(when).isEqualTo(conversations.size());
            }
        }
        Set<Integer> earlierMaps = Set.copyOf(maps);
        Set<Integer> earlierPrograms = Set.copyOf(programs);
        maps.clear();
        programs.clear();
        note();
        Set<Integer> usedMaps = Set.copyOf(maps);
        Set<Integer> usedPrograms = Set.copyOf(programs);
        maps.addAll(earlierMaps);
        programs.addAll(earlierPrograms);
        assertNoneIsLeft(usedMaps, usedPrograms);
    }

    private void exchange() throws IOException {
        for (TrafficLab.Conversation conversation : conversations) {
            conversation.exchange(7);
        }
    }

    /** Remembers what is in the kernel under the pins, and what the attached programs use. */
    private void note() {
        List<Path> pins = PinDirectory.children(lab.pins()).stream()
                .flatMap(directory -> PinDirectory.children(directory).stream())
                .toList();
        for (Path pin : pins) {
            if (pin.getParent().endsWith("links")) {
                try (BpfLink link = BpfLink.open(pin);
                        BpfProgram program = BpfProgram.ofId(link.info().programId())) {
                    programs.add(link.info().programId());
                    for (int map : program.mapIds()) {
                        maps.add(map);
                    }
                }
            } else {
                try (BpfMap map = BpfMap.open(pin)) {
                    maps.add(map.info().id());
                }
            }
        }
    }

    /** The kernel lets go a little later than it says. */
    private void assertNoneIsLeft(Set<Integer> usedMaps, Set<Integer> usedPrograms) {
        maps.removeAll(usedMaps);
        programs.removeAll(usedPrograms);
        TrafficLab.await(() -> {
            maps.removeIf(id -> isGone(() -> BpfMap.ofId(id)));
            programs.removeIf(id -> isGone(() -> BpfProgram.ofId(id)));
            return maps.isEmpty() && programs.isEmpty();
        });
        maps.addAll(usedMaps);
        programs.addAll(usedPrograms);
    }

    private interface Opening {
        AutoCloseable open();
    }

    private static boolean isGone(Opening opening) {
        try {
            opening.open().close();
            return false;
        } catch (BpfException gone) {
            return true;
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Set<String> names(Path directory) {
        return PinDirectory.children(directory).stream().map(PinDirectory::name).collect(Collectors.toSet());
    }
}
