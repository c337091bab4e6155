package io.weir.stats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {

    @TempDir
    private Path directory;

    @Test
    void directories_are_made_and_lines_appended_to_what_is_there() throws IOException {
        Path path = directory.resolve("a/b/access.log");
        write(path, 1000, 3, "one");
        write(path, 1000, 3, "two");
        assertThat(Files.readAllLines(path)).containsExactly("one", "two");
    }

    @Test
    void a_file_that_would_grow_too_large_is_begun_anew_and_so_many_are_kept() throws IOException {
        Path path = directory.resolve("access.log");
        try (RotatingFile file = new RotatingFile(path, 10, 3)) {
            for (String line : List.of("aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "gggg", "hhhh", "iiii")) {
                file.append((line + "\n").getBytes(US_ASCII));
            }
        }
        assertThat(names()).containsExactly("access.log", "access.log.1", "access.log.2");
        assertThat(Files.readAllLines(path)).containsExactly("iiii");
        assertThat(Files.readAllLines(directory.resolve("access.log.1"))).containsExactly("gggg", "hhhh");
        assertThat(Files.readAllLines(directory.resolve("access.log.2"))).containsExactly("eeee", "ffff");
    }

    @Test
    void a_single_file_is_emptied_when_it_is_full() throws IOException {
        Path path = directory.resolve("access.log");
        write(path, 10, 1, "aaaa");
        write(path, 10, 1, "bbbb");
        write(path, 10, 1, "cccc");
        assertThat(names()).containsExactly("access.log");
        assertThat(Files.readAllLines(path)).containsExactly("cccc");
    }

    @Test
    void a_line_that_was_not_finished_is_cut_off() throws IOException {
        Path path = directory.resolve("access.log");
        Files.writeString(path, "whole\nhal");
        write(path, 1000, 3, "next");
        assertThat(Files.readAllLines(path)).containsExactly("whole", "next");
        Files.writeString(path, "hal");
        write(path, 1000, 3, "next");
        assertThat(Files.readAllLines(path)).containsExactly("next");
        Files.writeString(path, "x".repeat(100_000) + "\n" + "y".repeat(60_000));
        write(path, 1_000_000, 3, "next");
        assertThat(Files.readAllLines(path)).containsExactly("x".repeat(100_000), "next");
    }

    @Test
    void a_file_that_was_moved_away_or_removed_is_begun_anew() throws IOException {
        Path path = directory.resolve("logs/access.log");
        Path moved = directory.resolve("logs/access.log-today");
        try (RotatingFile file = new RotatingFile(path, 1000, 3)) {
            file.append("one\n".getBytes(US_ASCII));
            Files.move(path, moved);
            file.follow();
            file.append("two\n".getBytes(US_ASCII));
            Files.delete(path);
            Files.delete(moved);
            Files.delete(directory.resolve("logs"));
            file.follow();
            file.append("three\n".getBytes(US_ASCII));
            file.follow();
            file.append("four\n".getBytes(US_ASCII));
        }
        assertThat(Files.readAllLines(path)).containsExactly("three", "four");
    }

    private static void write(Path path, long maxBytes, int maxFiles, String line) throws IOException {
        try (RotatingFile file = new RotatingFile(path, maxBytes, maxFiles)) {
            file.append((line + "\n").getBytes(US_ASCII));
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
