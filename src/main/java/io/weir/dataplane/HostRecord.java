package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfLink;
import io.weir.libbpf.NetworkNamespace;
import io.weir.libbpf.Pins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a data path holds and changed at its host beside the pins, and how it was before: written before the change, so that
 * whoever detaches later, after a crash too, can undo it. Lies in {@code /run}, which like the changes themselves does not
 * outlive a boot. The file is named by the pin path, and other data paths read it: what several need stays until the last
 * lets go. A line is a kind, a subject and, for some kinds, the former value, separated by tabs.
 */
final class HostRecord {

    /** The network namespace it is attached in. */
    private static final String NAMESPACE = "namespace";

    private static final Path DIRECTORY = Path.of("/run/weir/data-paths");

    private final Path pinPath;
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
        this.pinPath = Pins.canonical(pinPath);
        this.file = DIRECTORY.resolve(
                this.pinPath.toString().substring(1).replace("%", "%25").replace("/", "%2f"));
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

    Path pinPath() {
        return pinPath;
    }

    /**
     * Ties the record to this thread's network namespace.
     *
     * @throws DataplaneException if the data path is attached in another one: its interfaces cannot be reached from here
     */
    void requireHere(PinDirectory pins) {
        Optional<String> namespace = namespace();
        if (namespace.filter(here()::equals).isPresent()) {
            return;
        }
        Optional<String> elsewhere = elsewhere(pins);
        if (elsewhere.isPresent()) {
            throw new DataplaneException(
                    "the data path under " + pinPath + " " + elsewhere.get() + ", or set another :pin-path", 0);
        }
        // A namespace that is gone has taken its settings along.
        entries.clear();
        store();
    }

    /** That it is attached where this thread does not see it, and how to get there; empty if it is not. */
    Optional<String> elsewhere(PinDirectory pins) {
        return namespace()
                .filter(cookie -> !cookie.equals(here()))
                .filter(_ -> pins.links().values().stream().anyMatch(HostRecord::isAttached))
                .map(cookie -> "is attached in another network namespace: enter that one ("
                        + Whereabouts.namespace(cookie).orElse("nsenter --net") + ")");
    }

    /** From now on others see it. */
    void open() {
        add(List.of(new Entry(NAMESPACE, here(), "")));
    }

    /** Nothing is held any more. */
    void close() {
        entries(NAMESPACE).forEach(this::remove);
    }

    /** The records of other data paths that are attached in this network namespace. */
    List<HostRecord> others() {
        return pinned().stream()
                .filter(other -> !other.equals(pinPath))
                .map(HostRecord::new)
                .filter(other -> other.namespace().filter(here()::equals).isPresent())
                .toList();
    }

    /** The pin paths of all data paths of this host that can be seen. */
    static List<Path> pinned() {
        if (!Files.isDirectory(DIRECTORY)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(file -> Path.of("/", name(file).replace("%2f", "/").replace("%25", "%")))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw new DataplaneException("cannot read " + DIRECTORY + ": " + failed.getMessage(), 0, failed);
        }
    }

    /** In the order they were made. */
    List<Entry> entries(String kind) {
        return entries.stream().filter(entry -> entry.kind().equals(kind)).toList();
    }

    Optional<Entry> find(String kind, String subject) {
        return entries.stream()
                .filter(entry -> entry.kind().equals(kind) && entry.subject().equals(subject))
                .findFirst();
    }

    boolean has(String kind, String subject) {
        return find(kind, subject).isPresent();
    }

    /** Notes changes about to be made; the first note of a subject stays. */
    void add(List<Entry> changes) {
        int before = entries.size();
        for (Entry change : changes) {
            if (!has(change.kind(), change.subject())) {
                entries.add(change);
            }
        }
        if (entries.size() > before) {
            store();
        }
    }

    void remove(Entry entry) {
        if (entries.remove(entry)) {
            store();
        }
    }

    /** By its number, as a text. */
    Optional<String> namespace() {
        return entries(NAMESPACE).stream().map(Entry::subject).findFirst();
    }

    private static String here() {
        return Long.toUnsignedString(NetworkNamespace.cookie());
    }

    /** A link whose interface is gone has none. */
    private static boolean isAttached(Path link) {
        try (BpfLink opened = BpfLink.open(link)) {
            return opened.info().interfaceIndex() != 0;
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private void store() {
        try {
            if (entries.isEmpty()) {
                Files.deleteIfExists(file);
                return;
            }
            Files.createDirectories(DIRECTORY);
            // Others list the directory: a name that stands for no pin path.
            Path unfinished = DIRECTORY.resolveSibling(name(file) + ".new");
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
