package io.weir.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Feed;
import io.weir.model.Subscription;
import io.weir.stats.FlowEvent.Closed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One look at a time, without the thread. */
class AccessLogWriterTest {

    private static final int BUFFER = 4;

    @TempDir
    private Path directory;

    private final Feed<Closed> feed = new Feed<>();
    private final Subscription<Closed> subscription = feed.subscribe(BUFFER);

    private AccessLogWriter writer(Path path) {
        return new AccessLogWriter(
                subscription,
                new RotatingFile(path, 1 << 20, 3),
                closed -> String.valueOf(closed.connection().client().port()),
                Duration.ZERO);
    }

    private void tell(int... ports) {
        IntStream.of(ports).forEach(port -> feed.tell(Events.closed(port)));
    }

    @Test
    void each_end_is_a_line_and_the_rest_is_written_at_the_end() throws Exception {
        Path path = directory.resolve("access.log");
        AccessLogWriter writer = writer(path);
        tell(1, 2);
        writer.turn();
        assertThat(Files.readAllLines(path)).containsExactly("1", "2");
        tell(3);
        writer.finish();
        assertThat(Files.readAllLines(path)).containsExactly("1", "2", "3");
        assertThat(writer.counts()).isEqualTo(new AccessLogWriter.Counts(3, 0, 0));
    }

    @Test
    void lines_wait_while_the_disk_is_full_and_those_without_room_are_counted() throws Exception {
        Path path = directory.resolve("access.log");
        Files.createSymbolicLink(path, Path.of("/dev/full"));
        AccessLogWriter writer = writer(path);
        tell(1, 2);
        writer.turn();
        writer.turn();
        tell(3, 4, 5, 6, 7, 8);
        writer.turn();
        assertThat(writer.counts()).isEqualTo(new AccessLogWriter.Counts(0, 2, 3));
        Files.delete(path);
        writer.turn();
        writer.turn();
        assertThat(Files.readAllLines(path)).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(writer.counts()).isEqualTo(new AccessLogWriter.Counts(6, 2, 3));
    }

    @Test
    void a_directory_that_vanished_is_made_again() throws Exception {
        Path path = directory.resolve("logs/access.log");
        AccessLogWriter writer = writer(path);
        tell(1);
        writer.turn();
        Files.delete(path);
        Files.delete(path.getParent());
        tell(2);
        writer.turn();
        assertThat(Files.readAllLines(path)).containsExactly("2");
    }

    @Test
    void a_path_that_cannot_be_written_loses_what_is_left_at_the_end_and_says_so() throws Exception {
        Path path = directory.resolve("file/access.log");
        Files.writeString(directory.resolve("file"), "no directory");
        AccessLogWriter writer = writer(path);
        tell(1);
        writer.turn();
        tell(2, 3);
        writer.finish();
        assertThat(writer.counts()).isEqualTo(new AccessLogWriter.Counts(0, 3, 2));
    }

    @Test
    void whoever_moved_the_file_away_finds_a_new_one_begun() throws IOException, InterruptedException {
        Path path = directory.resolve("access.log");
        AccessLogWriter writer = writer(path);
        tell(1);
        writer.turn();
        Files.move(path, directory.resolve("access.log.1"));
        writer.reopen();
        tell(2);
        writer.turn();
        assertThat(Files.readAllLines(path)).isEqualTo(List.of("2"));
        assertThat(Files.readAllLines(directory.resolve("access.log.1"))).isEqualTo(List.of("1"));
    }
}
