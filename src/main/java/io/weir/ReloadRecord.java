package io.weir;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.weir.config.ConfigText;
import io.weir.metrics.Reloads.Result;
import io.weir.model.Change;
import io.weir.model.Desired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the last reload of a node ended, in a file that whoever sent the signal reads: a number that each reload raises, and
 * {@code running} or its result, in the first line; what it said in the others.
 */
final class ReloadRecord {

    private static final Logger LOG = LoggerFactory.getLogger(ReloadRecord.class);
    private static final String RUNNING = "running";

    private final Path file;
    private long number;

    /**
     * What stands there.
     *
     * @param result empty while it runs
     */
    record Entry(long number, Optional<Result> result, List<String> lines) {

        /** Of a good end. */
        List<Change> changes() {
            return lines.stream().map(ReloadRecord::change).toList();
        }
    }

    private ReloadRecord(Path file) {
        this.file = file;
    }

    /** Goes on with the numbers that stand there. */
    static ReloadRecord open(Path file) {
        ReloadRecord record = new ReloadRecord(file);
        record.number = read(file).map(Entry::number).orElse(0L);
        return record;
    }

    static Path of(Path pinPath) {
        return PinLock.directory().resolve("reload-" + PinLock.position(pinPath));
    }

    void begin() {
        number++;
        write(RUNNING, List.of());
    }

    /** Well, and these have changed. */
    void endWell(Result result, List<Change> changes) {
        write(result.word(), changes.stream().map(ReloadRecord::text).toList());
    }

    /** Badly, for these reasons. */
    void endBadly(Result result, List<String> reasons) {
        write(result.word(), reasons);
    }

    /** In columns; a value has no tab in it, and is not empty. */
    private static String text(Change change) {
        return String.join(
                "\t",
                change.path(),
                change.before().orElse(""),
                change.after().orElse(""),
                String.valueOf(change.needsRestart()));
    }

    private static Change change(String text) {
        String[] columns = text.split("\t", -1);
        return new Change(
                columns[0],
                Optional.of(columns[1]).filter(value -> !value.isEmpty()),
                Optional.of(columns[2]).filter(value -> !value.isEmpty()),
                Boolean.parseBoolean(columns[3]));
    }

    /** What the node runs with from now on, for who cannot ask it. */
    void runs(Desired desired) {
        write(configuration(file), List.of(ConfigText.of(desired)));
    }

    /** What the node whose record this is was started with, or has reloaded last. */
    static Path configuration(Path record) {
        return record.resolveSibling(record.getFileName() + ".edn");
    }

    /** There is no node any more that it could tell of. */
    void remove() {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(configuration(file));
        } catch (IOException e) {
            LOG.debug("{} stays", file, e);
        }
    }

    private void write(String word, List<String> lines) {
        write(
                file,
                Stream.concat(Stream.of(number + " " + word), lines.stream()).toList());
    }

    /** A reload does not fail because nobody can be told of it. The configuration may hold a key. */
    private static void write(Path file, List<String> lines) {
        try {
            Path young = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(young);
            Files.createFile(young, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(young, lines);
            Files.move(young, file, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("cannot write for others how the node is configured: {}", e.toString());
        }
    }

    /** Empty if there was no reload yet. */
    static Optional<Entry> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            String[] first = lines.getFirst().split(" ", 2);
            Optional<Result> result = first[1].equals(RUNNING)
                    ? Optional.empty()
                    : Stream.of(Result.values())
                            .filter(known -> known.word().equals(first[1]))
                            .findFirst();
            return Optional.of(new Entry(Long.parseLong(first[0]), result, lines.subList(1, lines.size())));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | RuntimeException unreadable) {
            LOG.debug("{} tells nothing", file, unreadable);
            return Optional.empty();
        }
    }
}
