package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.testing.Clang;
import io.weir.testing.KernelTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
class LibbpfTest {

    private static byte[] elf = {};

    private Arena arena;
    private BpfObject object;

    @BeforeAll
    static void compile() {
        elf = Clang.object(source());
    }

    static String source() {
        try {
            return Files.readString(Path.of("src/test/resources/libbpf/fixture.bpf.c"));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @BeforeEach
    void open() {
        arena = Arena.ofConfined();
        object = BpfObject.open("fixture", elf);
    }

    @AfterEach
    void close() {
        object.close();
        arena.close();
    }

    @Test
    void map_declarations_can_be_changed_before_loading() {
        object.map("shapes").maxEntries(5).flags(MapInfo.NO_PREALLOC);
        object.load();
        try (BpfMap shapes = object.map("shapes").loaded()) {
            assertThat(shapes.info().maxEntries()).isEqualTo(5);
            assertThat(shapes.info().flags()).isEqualTo(MapInfo.NO_PREALLOC);
            assertThat(shapes.info().name()).isEqualTo("shapes");
            assertThat(shapes.keySize()).isEqualTo(4);
            assertThat(shapes.valueSize()).isEqualTo(32);
        }
    }

    @Test
    void a_hash_map_is_written_read_walked_and_emptied() {
        object.load();
        try (BpfMap shapes = object.map("shapes").loaded()) {
            MemorySegment value = arena.allocate(32, 8);
            for (int i = 0; i < 1000; i++) {
                value.set(JAVA_LONG, 0, 3L * i);
                shapes.update(key(i), value);
            }
            assertThatThrownBy(() -> shapes.update(key(1000), value))
                    .isInstanceOfSatisfying(BpfException.class, full -> {
                        assertThat(full.errorName()).isEqualTo("E2BIG");
                        assertThat(full.category()).isEqualTo(Errno.Category.FULL);
                        assertThat(full).hasMessageContaining("writing map shapes");
                    });
            TreeSet<Integer> seen = new TreeSet<>();
            shapes.forEach((key, entry) -> {
                seen.add(key.get(JAVA_INT, 0));
                assertThat(entry.get(JAVA_LONG, 0)).isEqualTo(3L * key.get(JAVA_INT, 0));
            });
            assertThat(seen).hasSize(1000).last().isEqualTo(999);
            assertThat(shapes.lookup(key(7), value)).isTrue();
            assertThat(value.get(JAVA_LONG, 0)).isEqualTo(21);
            assertThat(shapes.lookupAndDelete(key(7), value)).isTrue();
            assertThat(shapes.delete(key(7))).isFalse();
            assertThat(shapes.lookup(key(7), value)).isFalse();
        }
    }

    @Test
    void many_entries_are_written_and_deleted_by_one_call() {
        object.load();
        try (BpfMap shapes = object.map("shapes").loaded()) {
            MemorySegment keys = arena.allocate(JAVA_INT, 500);
            MemorySegment values = arena.allocate(500 * 32L, 8);
            for (int i = 0; i < 500; i++) {
                keys.setAtIndex(JAVA_INT, i, i);
            }
            shapes.updateAll(keys, values, 500);
            assertThat(count(shapes)).isEqualTo(500);
            shapes.deleteAll(keys, 200);
            assertThat(count(shapes)).isEqualTo(300);
        }
    }

    @Test
    void a_per_cpu_value_has_a_place_for_each_possible_cpu() {
        object.load();
        try (BpfMap counts = object.map("counts").loaded();
                BpfProgram first = object.program("first").loaded()) {
            first.run(TestRun.packet(new byte[64]).repeat(10));
            MemorySegment value = arena.allocate(counts.valueSize(), 8);
            assertThat(counts.valueSize()).isEqualTo(8 * Cpus.possible());
            assertThat(counts.lookup(key(1), value)).isTrue();
            int sum = 0;
            for (int cpu = 0; cpu < Cpus.possible(); cpu++) {
                sum += value.get(JAVA_INT, (long) cpu * counts.cpuStride());
            }
            assertThat(sum).isEqualTo(10);
        }
    }

    @Test
    void a_mapped_array_and_the_program_see_the_same_and_events_come_through_the_ring() {
        object.load();
        try (BpfMap numbers = object.map("numbers").loaded();
                BpfMap told = object.map("told").loaded();
                MappedArray mapped = numbers.map();
                RingBuffer ring = new RingBuffer(told);
                BpfProgram first = object.program("first").loaded()) {
            List<Long> received = new ArrayList<>();
            assertThat(mapped.stride()).isEqualTo(8);
            // Many times around the ring of 4,096 bytes.
            for (int i = 0; i < 2000; i++) {
                mapped.writeInt(1, 0, i);
                first.run(TestRun.packet(new byte[64]));
                assertThat(ring.consume(record -> received.add(record.get(JAVA_LONG, 0)), 100))
                        .isEqualTo(1);
                assertThat(received.getLast()).isEqualTo(i);
            }
            MemorySegment value = arena.allocate(4, 4);
            numbers.lookup(key(1), value);
            assertThat(value.get(JAVA_INT, 0)).isEqualTo(1999).isEqualTo(mapped.readInt(1, 0));
        }
    }

    @Test
    void many_numbers_of_a_mapped_array_are_written_at_once_and_no_others() {
        object.map("numbers").maxEntries(10_000);
        object.load();
        try (BpfMap numbers = object.map("numbers").loaded();
                MappedArray mapped = numbers.map()) {
            short[] written = new short[39_990];
            for (int i = 0; i < written.length; i++) {
                written[i] = (short) (i + 4);
            }
            mapped.writeShorts(4, written);
            MemorySegment value = arena.allocate(4, 4);
            for (int i : new int[] {0, 1, 2, 4_096, 4_097, 9_997, 9_998, 9_999}) {
                assertThat(numbers.lookup(key(i), value)).isTrue();
                boolean inside = i > 0 && i < 9_998;
                assertThat(value.get(JAVA_SHORT, 0)).isEqualTo((short) (inside ? 4 * i : i == 9_998 ? 39_992 : 0));
                assertThat(value.get(JAVA_SHORT, 2)).isEqualTo((short) (inside ? 4 * i + 1 : i == 9_998 ? 39_993 : 0));
            }
            assertThat(mapped.readShort(39_993)).isEqualTo((short) 39_993);
            assertThat(mapped.readShort(39_994)).isZero();
            assertThatThrownBy(() -> mapped.writeShorts(39_999, new short[2]))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void a_queue_gives_back_in_order() {
        object.load();
        try (BpfMap waiting = object.map("waiting").loaded()) {
            MemorySegment value = arena.allocate(8, 8);
            for (int i = 0; i < 4; i++) {
                value.set(JAVA_INT, 0, i);
                waiting.push(value);
            }
            assertThatThrownBy(() -> waiting.push(value)).hasMessageContaining("E2BIG");
            for (int i = 0; i < 4; i++) {
                assertThat(waiting.lookupAndDelete(MemorySegment.NULL, value)).isTrue();
                assertThat(value.get(JAVA_INT, 0)).isEqualTo(i);
            }
            assertThat(waiting.lookupAndDelete(MemorySegment.NULL, value)).isFalse();
        }
    }

    @Test
    void a_test_run_gives_the_action_and_the_packet() {
        object.load();
        try (BpfProgram first = object.program("first").loaded();
                BpfProgram marked = object.program("marked").loaded();
                BpfProgram called = object.program("called").loaded()) {
            byte[] packet = new byte[60];
            packet[0] = 99;
            packet[59] = 42;
            TestRun.Result result = first.run(TestRun.packet(packet));
            assertThat(result.action()).isEqualTo(3);
            assertThat(result.packet()).hasSize(60).startsWith(1).endsWith(42);
            assertThat(marked.run(TestRun.packet(packet)).action()).isEqualTo(7);
            assertThat(called.run(TestRun.syscall()).action()).isEqualTo(42);
        }
    }

    @Test
    void a_tail_call_reaches_the_program_that_was_put_there() {
        object.load();
        try (BpfProgram first = object.program("first").loaded();
                BpfProgram second = object.program("second").loaded();
                BpfMap calls = object.map("calls").loaded()) {
            // Only a program of the same kind may be called: with and without frags are two kinds.
            assertThatThrownBy(() -> second.putInto(calls, 0)).hasMessageContaining("EINVAL");
            first.putInto(calls, 0);
            assertThat(first.run(TestRun.packet(new byte[64])).action()).isEqualTo(3);
        }
    }

    @Test
    void the_frags_flag_can_be_left_out() {
        object.close();
        object = BpfObject.open("fixture", BpfObject.withoutFragments(elf));
        object.load();
        try (BpfProgram first = object.program("first").loaded();
                BpfProgram second = object.program("second").loaded();
                BpfMap calls = object.map("calls").loaded()) {
            second.putInto(calls, 0);
            assertThat(first.run(TestRun.packet(new byte[64])).action()).isZero();
        }
    }

    @Test
    void a_refused_program_says_what_the_verifier_said() {
        object.program("refused").autoload(true);
        assertThatThrownBy(object::load).isInstanceOfSatisfying(BpfException.class, refused -> {
            assertThat(refused.category()).isEqualTo(Errno.Category.NOT_PERMITTED);
            assertThat(refused.log()).contains("refused").contains("invalid access to packet");
            assertThat(refused).hasMessageContaining("invalid access to packet");
        });
    }

    @Test
    void pinned_maps_are_adopted_by_the_next_object() throws IOException {
        Path pins = Path.of("/sys/fs/bpf/weirtest-" + ProcessHandle.current().pid());
        Files.createDirectory(pins);
        try {
            assertThat(Pins.isBpfFileSystem(pins)).isTrue();
            assertThat(Pins.isBpfFileSystem(Path.of("/proc"))).isFalse();
            object.load();
            try (BpfMap shapes = object.map("shapes").loaded()) {
                shapes.update(key(5), arena.allocate(32, 8));
                shapes.pin(pins.resolve("shapes"));
            }
            object.close();
            object = BpfObject.open("fixture", elf);
            try (BpfMap pinned = BpfMap.open(pins.resolve("shapes"))) {
                object.map("shapes").reuse(pinned);
                object.load();
                try (BpfMap shapes = object.map("shapes").loaded();
                        BpfProgram first = object.program("first").loaded()) {
                    assertThat(shapes.lookup(key(5), arena.allocate(32, 8))).isTrue();
                    assertThat(shapes.info().id()).isEqualTo(pinned.info().id());
                    assertThat(first.mapIds()).isNotEmpty();
                    assertThat(Btf.ofKernel(shapes.info().btfId())
                                    .struct(shapes.info().valueTypeId()))
                            .isEqualTo(Btf.ofObject(elf).struct("shape"));
                }
            }
        } finally {
            Files.deleteIfExists(pins.resolve("shapes"));
            Files.delete(pins);
        }
    }

    private MemorySegment key(int number) {
        return arena.allocateFrom(JAVA_INT, number);
    }

    private static int count(BpfMap map) {
        int[] count = {0};
        map.forEach((key, value) -> count[0]++);
        return count[0];
    }
}
