package io.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.engine.Dataplane;
import io.weir.engine.DataplaneException;
import io.weir.engine.Engine;
import io.weir.engine.Image;
import io.weir.engine.Tallies;
import io.weir.engine.Write;
import io.weir.libbpf.NetworkNamespace;
import io.weir.model.Endpoint;
import io.weir.model.Settings;
import io.weir.testing.LabTest;
import io.weir.testing.Namespaces;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@LabTest
class HostWatchTest {

    private static final Endpoint TARGET = Endpoint.of("10.9.0.2", 80);

    private final Namespaces namespaces = new Namespaces("hw");
    private final Told told = new Told();
    private final View view = new View();
    private final Engine engine = new Engine(told, target -> 0, Tallies.NONE).start();

    @BeforeEach
    void prepare() {
        namespaces.make("lb");
        namespaces.make("peer");
        namespaces.connect("lb", "front", "peer", "eth0");
    }

    @AfterEach
    void cleanUp() {
        engine.close();
        namespaces.close();
    }

    @Test
    void the_data_path_is_told_of_a_change_by_the_engine_thread_alone() throws Exception {
        try (HostWatch _ = watch()) {
            namespaces.in("lb", "ip address add 10.9.0.1/24 dev front");
            await(() -> !told.threads.isEmpty());
            int before = told.threads.size();
            namespaces.in("lb", "ip neighbour add 10.9.0.2 lladdr 02:00:00:00:00:01 dev front");
            await(() -> told.threads.size() > before);
            assertThat(told.threads).containsOnly("weir-engine");
        }
    }

    @Test
    void a_data_path_that_cannot_be_told_is_told_again() throws Exception {
        told.refusals.set(2);
        try (HostWatch _ = watch()) {
            namespaces.in("lb", "ip address add 10.9.0.1/24 dev front");
            await(() -> told.refusals.get() < 0);
            assertThat(told.threads).isNotEmpty();
        }
    }

    @Test
    void a_look_that_fails_is_taken_again_without_another_change() throws Exception {
        try (HostWatch _ = watch()) {
            view.failures.set(2);
            namespaces.in("lb", "ip link set front mtu 1400");
            await(() -> view.failures.get() < 0);
        }
    }

    @Test
    void the_first_targets_are_asked_for_until_the_engine_has_a_configuration() throws Exception {
        try (HostWatch _ = watch()) {
            namespaces.in("lb", "ip link set front mtu 1400");
            await(() -> view.asked.size() > 1);
            int before = view.asked.size();
            namespaces.in("lb", "ip link set front mtu 1500");
            await(() -> view.asked.size() > before);
            assertThat(view.asked).containsOnly(Set.of(TARGET));
        }
    }

    @Test
    void a_watch_that_cannot_begin_leaves_nothing_open() throws Exception {
        view.failures.set(1);
        long before = eventDescriptors();
        assertThatThrownBy(this::watch).hasStackTraceContaining("too many open files");
        assertThat(eventDescriptors()).isEqualTo(before);
    }

    private static long eventDescriptors() throws IOException {
        long count = 0;
        for (File descriptor : Objects.requireNonNull(new File("/proc/self/fd").listFiles())) {
            if (Files.isSymbolicLink(descriptor.toPath())
                    && Files.readSymbolicLink(descriptor.toPath()).toString().contains("eventfd")) {
                count++;
            }
        }
        return count;
    }

    private HostWatch watch() throws Exception {
        return NetworkNamespace.run(namespaces.path("lb"), () -> new HostWatch(engine, view).start(Set.of(TARGET)));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the deadline of what is awaited").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Sees one interface, unless it fails. */
    private static final class View implements HostView {

        final AtomicInteger failures = new AtomicInteger();
        final List<Set<Endpoint>> asked = new CopyOnWriteArrayList<>();

        @Override
        public Map<String, Integer> interfaces() {
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("too many open files");
            }
            return Map.of("front", 2);
        }

        @Override
        public Map<Endpoint, String> paths(Set<Endpoint> targets) {
            asked.add(targets);
            return Map.of(TARGET, "front");
        }
    }

    /** Notes who tells it. */
    private static final class Told implements Dataplane {

        final List<String> threads = new CopyOnWriteArrayList<>();
        final AtomicInteger refusals = new AtomicInteger();

        @Override
        public void networkChanged() {
            if (refusals.getAndDecrement() > 0) {
                throw new DataplaneException("too many open files", 24);
            }
            threads.add(Thread.currentThread().getName());
        }

        @Override
        public Image read() {
            return new Image(
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    new Image.Parameters(Settings.Timeouts.DEFAULT, false, false, 0));
        }

        @Override
        public void apply(Write write) {}

        @Override
        public void close() {}
    }
}
