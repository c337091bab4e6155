package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.libbpf.BpfMap;
import io.weir.model.Protocol;
import io.weir.model.Settings;
import io.weir.testing.KernelTest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whether an index may be given to another target. */
@KernelTest
class HalfOpenTargetsTest {

    private final Path pins =
            Path.of("/sys/fs/bpf/weirtest-ho-" + ProcessHandle.current().pid());
    private final Settings settings = Settings.DEFAULT.withPinPath(pins).withMaxConnections(1000);

    @AfterEach
    void cleanUp() {
        Detach.everythingUnder(pins);
    }

    @Test
    void a_flow_that_is_half_open_keeps_the_index_of_its_target() {
        try (KernelDataplane dataplane = KernelDataplane.open(settings, ObjectFiles.shipped(), Set.of())) {
            addUnanswered(7);
            assertThat(dataplane.flowsOn(7)).isEqualTo(1);
            assertThat(dataplane.flowsOn(8)).isZero();
            assertThat(dataplane.flowsOn(3, 7)).isEqualTo(1);
            assertThat(dataplane.flowsOn(4, 7)).isZero();
        }
    }

    /** A datagram that nobody has answered. */
    private void addUnanswered(int target) {
        Path maps = pins.resolve(AbiCheck.hash());
        try (Arena arena = Arena.ofConfined();
                BpfMap table = BpfMap.open(maps.resolve(MapShape.HALF_OPEN));
                BpfMap expiry = BpfMap.open(maps.resolve(MapShape.EXPIRY))) {
            MemorySegment bucket = FlowAbi.HalfOpenBucket.LAYOUT.allocate(arena);
            FlowAbi.HalfOpenBucket.TAG.set(bucket, 3, 1);
            FlowAbi.HalfOpenBucket.SEEN.set(bucket, 3, Counters.jiffies(expiry));
            MemorySegment entry = FlowAbi.HalfOpenBucket.ENTRIES.slice(bucket, 3);
            FlowAbi.HalfOpen.PROTOCOL.set(entry, Protocol.UDP.number());
            FlowAbi.HalfOpen.FAMILY.set(entry, Abi.FAMILY_V4);
            FlowAbi.HalfOpen.TARGET.set(entry, target);
            FlowAbi.HalfOpen.PROXY.set(entry, 3);
            table.update(arena.allocateFrom(ValueLayout.JAVA_INT, 500), bucket);
        }
    }
}
