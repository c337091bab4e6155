package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.libbpf.BpfMap;
import io.weir.model.Endpoint;
import io.weir.model.Settings;
import io.weir.stats.EventSource;
import io.weir.stats.FlowEvent;
import io.weir.stats.RawEvent;
import io.weir.testing.KernelTest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ring buffer when nobody reads it. */
@KernelTest
class FlowEventsTest {

    /** More than the ring buffer's four megabytes hold. */
    private static final int FLOWS = 45_000;

    /** Expiry paces itself by how many flows there are: this many let it go as fast as it ever does. */
    private static final long MANY_FLOWS = 1_000_000;

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Path pins =
            Path.of("/sys/fs/bpf/weirtest-fe-" + ProcessHandle.current().pid());

    @AfterEach
    void cleanUp() {
        Detach.everythingUnder(pins);
    }

    @Test
    void every_event_is_read_or_counted_as_lost_when_the_reader_stood_still() {
        Settings settings = Settings.DEFAULT.withPinPath(pins).withMaxConnections(FLOWS);
        try (KernelDataplane before = KernelDataplane.open(settings, ObjectFiles.shipped(), Set.of())) {
            before.apply(new Write.PutParameters(new Image.Parameters(Settings.Timeouts.DEFAULT, true, false, 0)));
            before.apply(new Write.PutTarget(1, Endpoint.of("10.0.0.1", 8080)));
        }
        install();
        try (KernelDataplane dataplane = KernelDataplane.open(settings, ObjectFiles.shipped(), Set.of())) {
            long until = System.nanoTime() + DEADLINE.toNanos();
            while (dataplane.counters().expiry().expired() < FLOWS) {
                assertThat(System.nanoTime()).as("expiry ends all flows").isLessThan(until);
                LockSupport.parkNanos(1_000_000);
            }
            List<RawEvent> events = new ArrayList<>();
            try (EventSource source = dataplane.events()) {
                assertThat(source.read(events::add, FLOWS)).isBetween(1, FLOWS - 1);
                assertThat(source.lost()).isEqualTo(FLOWS - events.size());
                assertThat(source.read(events::add, FLOWS)).isZero();
            }
            assertThat(events).allSatisfy(event -> {
                assertThat(event.target()).isEqualTo(1);
                assertThat(((RawEvent.End) event.what()).ending()).isEqualTo(FlowEvent.Ending.TIMEOUT);
            });
            assertThat(events).extracting(event -> event.client().port()).doesNotHaveDuplicates();
        }
    }

    /** Flows whose time is long up, in the table and in expiry's queue; expiry's timer is gone until the next load. */
    private void install() {
        try (Arena arena = Arena.ofConfined();
                BpfMap flows = pinned(MapShape.FLOWS4);
                BpfMap queue = pinned(MapShape.QUEUE);
                BpfMap expiry = pinned(MapShape.EXPIRY)) {
            long old = Counters.jiffies(expiry) - 100_000_000L;
            MemorySegment flow = FlowAbi.Flow.LAYOUT.allocate(arena);
            FlowAbi.Flow.STATE.set(flow, FlowState.ESTABLISHED.ordinal());
            FlowAbi.Flow.SEEN.set(flow, old);
            FlowAbi.Flow.CREATED.set(flow, old);
            FlowAbi.Flow.TARGET.set(flow, 1);
            MemorySegment key = FlowAbi.FlowKey4.LAYOUT.allocate(arena);
            MemorySegment queued = FlowAbi.FlowKey6.LAYOUT.allocate(arena);
            FlowAbi.FlowKey6.QUEUED.set(queued, Abi.FAMILY_V4);
            for (int port = 1; port <= FLOWS; port++) {
                FlowAbi.FlowKey4.SOURCE_PORT.set(key, port);
                FlowAbi.FlowKey4.PROTOCOL.set(key, 6);
                flows.update(key, flow);
                FlowAbi.FlowKey6.SOURCE_PORT.set(queued, port);
                FlowAbi.FlowKey6.PROTOCOL.set(queued, 6);
                queue.push(queued);
            }
            MemorySegment state = NodeAbi.Expiry.LAYOUT.allocate(arena);
            MemorySegment zero = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
            expiry.lookup(zero, state);
            NodeAbi.Expiry.FLOWS.set(state, MANY_FLOWS);
            expiry.update(zero, state);
        }
    }

    private BpfMap pinned(String name) {
        return BpfMap.open(pins.resolve(AbiCheck.hash()).resolve(name));
    }
}
