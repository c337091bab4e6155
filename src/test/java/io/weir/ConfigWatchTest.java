package io.weir;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {

    @TempDir
    private Path directory;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Path file;
    private ConfigWatch watch;

    @BeforeEach
    void begin() throws IOException {
        file = directory.toRealPath().resolve("etc").resolve("weir.edn");
        Files.createDirectory(file.getParent());
        Files.writeString(file, "first");
    }

    private void watch(Path watched) {
        watch = new ConfigWatch(watched, () -> told.add(text(watched))).start();
    }

    @AfterEach
    void end() {
        watch.close();
        assertThat(told).isEmpty();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertTold(String text) throws InterruptedException {
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(text);
    }

    @Test
    void a_file_that_an_editor_renames_into_its_place_is_told_of() throws Exception {
        watch(file);
        Path young = file.resolveSibling(".weir.edn.swp");
        Files.writeString(young, "second");
        Files.move(file, file.resolveSibling("weir.edn~"));
        Files.move(young, file);
        assertTold("second");
    }

    @Test
    void a_file_that_is_written_to_is_told_of_when_its_writer_has_closed_it() throws Exception {
        watch(file);
        try (var writer = Files.newBufferedWriter(file)) {
            for (int part = 0; part < 10; part++) {
                writer.write("part");
                writer.flush();
                Files.writeString(file.resolveSibling("another"), "wakes the watch");
            }
        }
        assertTold("part".repeat(10));
    }

    @Test
    void a_file_that_is_made_anew_is_not_told_of_before_it_is_whole() throws Exception {
        watch(file);
        Files.delete(file);
        try (var writer = Files.newBufferedWriter(file)) {
            writer.write("whole");
        }
        assertTold("whole");
    }

    @Test
    void the_same_text_again_and_other_files_are_not_told_of() throws Exception {
        watch(file);
        Files.writeString(file, "first");
        Files.writeString(file.resolveSibling("weir.edn.bak"), "other");
        Files.writeString(file, "second");
        assertTold("second");
    }

    /** As a volume of a ConfigMap is updated: all of its files at once, by one rename of a link to a directory. */
    @Test
    void a_link_on_the_way_that_is_swapped_is_told_of() throws Exception {
        Path volume = Files.createDirectory(file.resolveSibling("volume"));
        version(volume, "..1", "one");
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(volume.resolve("weir.edn"), Path.of("..data", "weir.edn"));
        watch(volume.resolve("weir.edn"));

        version(volume, "..2", "two");
        swap(volume, "..2");
        assertTold("two");

        version(volume, "..3", "three");
        swap(volume, "..3");
        assertTold("three");
        Files.writeString(volume.resolve("..3").resolve("weir.edn"), "four");
        assertTold("four");
    }

    private static void version(Path volume, String name, String text) throws IOException {
        Files.writeString(Files.createDirectory(volume.resolve(name)).resolve("weir.edn"), text);
    }

    private static void swap(Path volume, String version) throws IOException {
        Path young = Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of(version));
        Files.move(young, volume.resolve("..data"), ATOMIC_MOVE, REPLACE_EXISTING);
    }

    @Test
    void a_directory_on_the_way_that_goes_and_comes_back_is_told_of() throws Exception {
        watch(file);
        Path away = directory.toRealPath().resolve("away");
        Files.move(file.getParent(), away);
        Files.writeString(away.resolve("weir.edn"), "second");
        Files.move(away, file.getParent());
        assertTold("second");
        Files.writeString(file, "third");
        assertTold("third");
    }

    @Test
    void a_link_to_the_file_elsewhere_is_followed_through_parents_and_absolute_paths() throws Exception {
        Path elsewhere =
                Files.createDirectories(directory.toRealPath().resolve("a").resolve("b"));
        Files.createSymbolicLink(elsewhere.resolve("up"), Path.of("..", "..", "etc"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), elsewhere.resolve("up/weir.edn"));
        watch(link);
        Files.writeString(file, "second");
        assertTold("second");
    }
}
