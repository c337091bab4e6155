package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.dataplane.Takeover.Step;
import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.BpfLink;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.MappedArray;
import io.weir.model.Flow;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.stats.EventSource;
import io.weir.stats.RawEvent;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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
    @CsvSource({"ABI, NATIVE", "SIZE, TC"})
    void whatever_step_a_start_is_killed_after_the_data_path_forwards_and_the_next_start_has_every_flow(
            Change change, XdpMode mode) throws Exception {
        killAfterEachStep(change, mode);
    }

    /** Each change and each mode has its turn above; these are the other pairs. */
    @ParameterizedTest(name = "another {0}, {1}")
    @CsvSource({"SIZE, NATIVE", "ABI, TC"})
    @Tag("slow")
    void a_start_may_be_killed_after_any_step_whatever_the_change_and_the_mode(Change change, XdpMode mode)
            throws Exception {
        killAfterEachStep(change, mode);
    }

    private void killAfterEachStep(Change change, XdpMode mode) throws Exception {
        try (ServerSocket server = lab.listen(TrafficLab.TARGET)) {
            lab.inside("lb", () -> lab.open(mode, TrafficLab.VIP, TrafficLab.TARGET))
                    .close();
            conversations.add(lab.new Conversation(server, TrafficLab.VIP));
            List<Step> killedAfter = new ArrayList<>();
            for (boolean killed = true; killed; ) {
                note();
                Settings settings = prepare(change, killedAfter.size());
                killed = killAfter(killedAfter, settings);
                assertRestEnds();
                exchange();
                conversations.add(lab.new Conversation(server, TrafficLab.VIP));
                exchange();
                note();
                restart(settings, killedAfter);
            }
            assertThat(killedAfter).startsWith(Step.MADE, Step.COPIED, Step.ANNOUNCED, Step.REPLACED);
            assertThat(killedAfter).endsWith(Step.RETIRED, Step.ENFORCED, Step.TIDIED);
        }
        lab.inside("lb", () -> Detach.everythingUnder(lab.pins()));
        assertNoneIsLeft(Set.of(), Set.of());
    }

    @Test
    void a_flow_that_begins_during_an_upgrade_is_counted_at_its_target_and_expires() throws Exception {
        try (ServerSocket server = lab.listen(TrafficLab.TARGET)) {
            lab.inside("lb", () -> lab.open(XdpMode.NATIVE, TrafficLab.VIP, TrafficLab.TARGET))
                    .close();
            conversations.add(lab.new Conversation(server, TrafficLab.VIP));
            Settings settings = prepare(Change.ABI, 0);
            try (KernelDataplane dataplane =
                    lab.inside("lb", () -> TrafficLab.reopen(settings, step -> converseAfter(step, server)))) {
                exchange();
                assertThat(conversations).hasSize(3);
                assertThat(dataplane.counters().active(1)).isEqualTo(3);
                assertThat(dataplane.counters().expiry().flows()).isEqualTo(3);
                long slices = dataplane.counters().expiry().slices();
                TrafficLab.await(() -> dataplane.counters().expiry().slices() > slices);
                for (TrafficLab.Conversation conversation : conversations) {
                    conversation.hangUp();
                }
                TrafficLab.await(() -> dataplane.counters().expiry().flows() == 0);
                assertThat(dataplane.counters().active(1)).isZero();
                assertThat(dataplane.flows(10)).isEmpty();
            }
        }
    }

    /** When the flows have been copied but no program knows the new maps, and when all do but that is not told. */
    private void converseAfter(Step step, ServerSocket server) {
        if (step == Step.COPIED || step == Step.EXPIRY) {
            try {
                conversations.add(lab.new Conversation(server, TrafficLab.VIP));
                conversations.getLast().exchange(7);
            } catch (Exception failed) {
                throw new AssertionError("a conversation after " + step, failed);
            }
        }
    }

    @ParameterizedTest(name = "another {0}")
    @EnumSource(Change.class)
    void flows_that_end_while_they_are_moved_are_counted_and_told_once_and_nothing_stays(Change change)
            throws Exception {
        try (ServerSocket server = lab.listen(TrafficLab.TARGET)) {
            lab.inside("lb", () -> lab.open(XdpMode.NATIVE, TrafficLab.VIP, TrafficLab.TARGET))
                    .close();
            for (int i = 0; i < 4; i++) {
                conversations.add(lab.new Conversation(server, TrafficLab.VIP));
            }
            Settings settings = prepare(change, 0);
            Path before = lab.pins().resolve(change == Change.ABI ? OTHER_ABI.toString() : AbiCheck.hash());
            try (KernelDataplane dataplane =
                    lab.inside("lb", () -> TrafficLab.reopen(settings, step -> endAfter(step, server, before)))) {
                assertThat(conversations).hasSize(6);
                for (TrafficLab.Conversation conversation : conversations) {
                    conversation.hangUp();
                }
                TrafficLab.await(() -> entries() == 0);
                assertThat(dataplane.counters().expiry().flows()).isZero();
                assertThat(dataplane.counters().active(1)).isZero();
                assertThat(dataplane.counters().active(1, 1)).isZero();
                List<RawEvent> events = new ArrayList<>();
                try (EventSource source = dataplane.events()) {
                    source.read(events::add, 100);
                }
                if (change == Change.ABI) {
                    conversations.remove(4); // began and ended in the earlier maps, which have told it
                }
                assertThat(events)
                        .filteredOn(event -> event.what() instanceof RawEvent.End)
                        .extracting(event -> event.client().port())
                        .containsExactlyInAnyOrderElementsOf(conversations.stream()
                                .map(TrafficLab.Conversation::clientPort)
                                .toList());
            }
        }
    }

    /** Each time an old flow and one that began since the last copy, whose time to close is up when the next step is taken. */
    private void endAfter(Step step, ServerSocket server, Path before) {
        if (step != Step.COPIED && step != Step.EXPIRY) {
            return;
        }
        try (BpfMap expiry = BpfMap.open(before.resolve(MapShape.EXPIRY));
                BpfMap parameters = BpfMap.open(before.resolve(MapShape.SETTINGS));
                SettingsTable settings = new SettingsTable(parameters)) {
            conversations.add(lab.new Conversation(server, TrafficLab.VIP));
            conversations.getLast().hangUp();
            conversations.get(step == Step.COPIED ? 0 : 1).hangUp();
            long closed = Counters.jiffies(expiry);
            TrafficLab.await(() ->
                    Counters.jiffies(expiry) - closed > 2L * settings.jiffies().hz());
        } catch (Exception failed) {
            throw new AssertionError("flows that end after " + step, failed);
        }
    }

    /** In the tables in force. */
    private int entries() {
        int[] entries = {0};
        for (String table : List.of(MapShape.FLOWS4, MapShape.FLOWS6)) {
            try (BpfMap map = BpfMap.open(lab.pins().resolve(AbiCheck.hash()).resolve(table))) {
                map.forEach((key, flow) -> entries[0]++);
            }
        }
        return entries[0];
    }

    @Test
    void flows_of_a_move_that_another_version_broke_off_are_taken_over() throws Exception {
        try (ServerSocket server = lab.listen(TrafficLab.TARGET)) {
            lab.inside("lb", () -> lab.open(XdpMode.TC, TrafficLab.VIP, TrafficLab.TARGET))
                    .close();
            conversations.add(lab.new Conversation(server, TrafficLab.VIP));
            List<Step> killedAfter = new ArrayList<>(List.of(Step.MADE, Step.COPIED));
            assertThat(killAfter(killedAfter, lab.settings().withMaxConnections(2000)))
                    .isTrue();
            assertThat(killedAfter).endsWith(Step.ANNOUNCED);
            for (Path set : PinDirectory.children(lab.pins())) {
                if (MapSets.isSet(set)) {
                    String other = PinDirectory.name(set).replace(AbiCheck.hash(), OTHER_ABI.toString());
                    Files.move(set, set.resolveSibling(other));
                }
            }
            conversations.add(lab.new Conversation(server, TrafficLab.VIP));
            restart(lab.settings(), killedAfter);
        }
    }

    @Test
    void less_room_than_flows_is_refused_in_words_and_every_flow_goes_on() throws Exception {
        try (ServerSocket server = lab.listen(TrafficLab.TARGET)) {
            lab.inside("lb", () -> lab.open(XdpMode.TC, TrafficLab.VIP, TrafficLab.TARGET))
                    .close();
            for (int i = 0; i < 3; i++) {
                conversations.add(lab.new Conversation(server, TrafficLab.VIP));
            }
            Settings less = lab.settings().withMaxConnections(2);
            assertThatThrownBy(() -> lab.inside("lb", () -> TrafficLab.reopen(less)))
                    .isInstanceOf(DataplaneException.class)
                    .hasMessage(
                            "3 flows are established, more than :max-connections 2 has room for: set it to 3 or more,"
                                    + " or wait until enough have ended");
            exchange();
            restart(lab.settings().withMaxConnections(3), List.of());
        }
    }

    @Test
    void the_limits_of_the_tables_in_force_stay_until_the_programs_are_switched() throws Exception {
        try (ServerSocket server = lab.listen(TrafficLab.TARGET)) {
            lab.inside("lb", () -> lab.open(XdpMode.TC, TrafficLab.VIP, TrafficLab.TARGET))
                    .close();
            conversations.add(lab.new Conversation(server, TrafficLab.VIP));
            Settings more = lab.settings().withMaxConnections(2000); // with as many half-open buckets
            List<Step> killedAfter = new ArrayList<>(List.of(Step.MADE));
            assertThat(killAfter(killedAfter, more)).isTrue();
            assertThat(killedAfter).endsWith(Step.COPIED);
            assertThat(limits()).isEqualTo(new Sizes(1000));
            restart(more, killedAfter);
            assertThat(limits()).isEqualTo(new Sizes(2000));
        }
    }

    /** What the map of settings in force says. */
    private Sizes limits() {
        try (BpfMap map = BpfMap.open(lab.pins().resolve(AbiCheck.hash()).resolve(MapShape.SETTINGS));
                MappedArray memory = map.map()) {
            Sizes sizes = new Sizes(memory.readInt(0, NodeAbi.Settings.FULL.offset()));
            assertThat(memory.readInt(0, NodeAbi.Settings.CROWDED.offset())).isEqualTo(sizes.crowded());
            return sizes;
        }
    }

    private int resting() {
        try (BpfMap map = BpfMap.open(lab.pins().resolve(AbiCheck.hash()).resolve(MapShape.SETTINGS));
                MappedArray memory = map.map()) {
            return memory.readInt(0, NodeAbi.Settings.RESTING.offset());
        }
    }

    /** Whoever is killed may leave expiry at rest, but not for long. Each set's clock is of its last slice. */
    private void assertRestEnds() {
        List<Path> sets = PinDirectory.children(lab.pins()).stream()
                .filter(MapSets::isSet)
                .toList();
        for (Path set : sets) {
            try (BpfMap expiry = BpfMap.open(set.resolve(MapShape.EXPIRY));
                    BpfMap map = BpfMap.open(set.resolve(MapShape.SETTINGS));
                    MappedArray memory = map.map();
                    SettingsTable settings = new SettingsTable(map)) {
                int until = memory.readInt(0, NodeAbi.Settings.RESTING.offset());
                assertThat(until == 0
                                || until - (int) Counters.jiffies(expiry)
                                        <= (NodeAbi.REST_SECONDS + 1)
                                                * settings.jiffies().hz())
                        .as("the rest of " + set)
                        .isTrue();
            }
        }
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

    private void restart(Settings settings, List<Step> killedAfter) throws Exception {
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
            assertThat(dataplane.flowsOn(1)).as(when).isEqualTo(conversations.size());
            assertThat(resting()).as(when).isZero();
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
