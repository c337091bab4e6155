package io.weir.failover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What several have noted of one hour, each at its time; all of it also in a file, as it comes. For any thread. */
final class Journal {

    private final Path file;
    private final List<Note> notes = new ArrayList<>();

    /** Something that was seen. */
    record Note(Instant time, String words) {

        @Override
        public String toString() {
            return time + " " + words;
        }
    }

    /** @param file made unless it is there, and its directory */
    Journal(Path file) {
        this.file = file.toAbsolutePath();
        try {
            Files.createDirectories(this.file.getParent());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    synchronized void note(Instant time, String words) {
        Note note = new Note(time, words);
        notes.add(note);
        try {
            Files.writeString(file, note + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** In the order in which it happened. */
    synchronized List<Note> around(Instant time, Duration before, Duration after) {
        return notes.stream()
                .filter(note -> !note.time().isBefore(time.minus(before))
                        && !note.time().isAfter(time.plus(after)))
                .sorted(Comparator.comparing(Note::time))
                .toList();
    }
}
