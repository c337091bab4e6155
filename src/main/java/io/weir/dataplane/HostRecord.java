package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.Pins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What was changed at the host beside the pins, and how it was before: written before the change, so that whoever detaches
 * later, after a crash too, can undo it. Lies in {@code /run}, which like the changes themselves does not outlive a boot.
 * A line is a kind, a subject and, for some kinds, the former value, separated by tabs.
 */
final class HostRecord {

    private static final Path DIRECTORY = Path.of("/run/weir");

    private final Path file;
    private final List<Entry> entries = new ArrayList<>();

    /**
     * @param kind what was changed
     * @param subject which one
     * @param before its former value
     */
    record Entry(String kind, String subject, String before) {}

    /** The record of the data path under a pin path. */
    HostRecord(Path pinPath) {
        String name = Pins.canonical(pinPath).toString().substring(1);
        this.file = DIRECTORY.resolve(name.replace("%", "%25").replace("/", "%2f"));
        try {
            if (Files.exists(file)) {
                Files.readAllLines(file).stream()
                        .map(line -> line.split("\t", -1))
                        .filter(parts -> parts.length == 3)
                        .forEach(parts -> entries.add(new Entry(parts[0], parts[1], parts[2])));
            }
        } catch (IOException failed) {
            throw new DataplaneException("cannot read " + file + ": " + failed.getMessage(), 0, failed);
        }
    }

    /** In the order they were made. */
    List<Entry> entries(String kind) {
        return entries.stream().filter(entry -> entry.kind().equals(kind)).toList();
    }

    boolean has(String kind, String subject) {
        return entries.stream()
                .anyMatch(entry -> entry.kind().equals(kind) && entry.subject().equals(subject));
    }

    /** Notes changes about to be made; the first note of a subject stays. */
    void add(List<Entry> changes) {
        changes.stream().filter(change -> !has(change.kind(), change.subject())).forEach(entries::add);
        store();
    }

    void remove(Entry entry) {
        entries.remove(entry);
        store();
    }

    private void store() {
        try {
            if (entries.isEmpty()) {
                Files.deleteIfExists(file);
                return;
            }
            Files.createDirectories(DIRECTORY);
            Path unfinished = file.resolveSibling(file.getFileName() + ".new");
            Files.write(
                    unfinished,
                    entries.stream()
                            .map(entry -> entry.kind() + "\t" + entry.subject() + "\t" + entry.before())
                            .toList());
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new DataplaneException("cannot write " + file + ": " + failed.getMessage(), 0, failed);
        }
    }
}
