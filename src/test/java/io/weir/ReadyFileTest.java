package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Conditions;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.HookStatus;
import io.weir.engine.Snapshot.Purpose;
import io.weir.lab.Await;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadyFileTest {

    private final Path pins =
            Path.of("/sys/fs/bpf/weirready-" + ProcessHandle.current().pid());
    private volatile Optional<XdpMode> attached = Optional.of(XdpMode.NATIVE);
    private volatile Optional<String> outOfSync = Optional.of("it draws connections of lb-2");

    @AfterEach
    void remove() {
        ReadyFile.remove(pins);
    }

    @Test
    void a_node_is_ready_once_it_was_in_sync_and_stays_so_through_a_start_over_the_same_data_path() {
        try (ReadyFile _ = new ReadyFile(pins, this::snapshot, () -> outOfSync)) {
            awaitText("not-ready it draws connections of lb-2");
            outOfSync = Optional.empty();
            awaitText("ready");
            outOfSync = Optional.of("lb-2 is new");
        }
        assertThat(text()).isEqualTo("ready");
        try (ReadyFile _ = new ReadyFile(pins, this::snapshot, () -> outOfSync)) {
            assertThat(text()).isEqualTo("ready");
        }
        ReadyFile.remove(pins);
        try (ReadyFile _ = new ReadyFile(pins, this::snapshot, () -> outOfSync)) {
            awaitText("not-ready lb-2 is new");
        }
    }

    @Test
    void a_node_is_not_ready_while_the_data_path_is_not_attached_where_a_listener_is() {
        outOfSync = Optional.empty();
        try (ReadyFile _ = new ReadyFile(pins, this::snapshot, () -> outOfSync)) {
            awaitText("ready");
            attached = Optional.empty();
            awaitText("not-ready the data path is not attached to eth0: because");
            attached = Optional.of(XdpMode.TC);
            awaitText("ready");
        }
    }

    @Test
    void an_error_leaves_the_file_as_it_is_until_the_next_look() {
        AtomicBoolean broken = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        Supplier<Optional<String>> source = () -> {
            if (broken.get()) {
                looks.incrementAndGet();
                throw new IllegalStateException("nobody knows");
            }
            return outOfSync;
        };
        try (ReadyFile _ = new ReadyFile(pins, this::snapshot, source)) {
            awaitText("not-ready it draws connections of lb-2");
            broken.set(true);
            Await.until("it was looked at twice", () -> looks.get() >= 2);
            assertThat(text()).isEqualTo("not-ready it draws connections of lb-2");
            outOfSync = Optional.empty();
            broken.set(false);
            awaitText("ready");
        }
    }

    private Snapshot snapshot() {
        HookStatus hook = new HookStatus("eth0", Set.of(Purpose.LISTEN), 2, attached, "because");
        return new Snapshot(
                1,
                true,
                Optional.of(Settings.DEFAULT),
                List.of(),
                List.of(hook),
                Map.of(),
                Map.of(),
                new Conditions(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of()),
                Optional.empty(),
                0,
                0);
    }

    private void awaitText(String text) {
        Await.until("the file says " + text, () -> text().equals(text));
    }

    private String text() {
        try {
            return Files.readString(ReadyFile.of(pins)).strip();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
