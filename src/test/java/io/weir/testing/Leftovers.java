package io.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Network namespaces, pins and files of processes that were killed before they could take them down. All bear a name of the
 * form PREFIX-PID or PREFIX-PID-MORE.
 */
public final class Leftovers {

    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path BPF = Path.of("/sys/fs/bpf");
    private static final Path FILES = Path.of(System.getProperty("java.io.tmpdir"));
    private static final Path RUN = Path.of("/run");

    private Leftovers() {}

    /** The name of what this process makes. */
    public static String ownName(String prefix) {
        return prefix + "-" + ProcessHandle.current().pid();
    }

    /** Removes what processes left that are gone. */
    public static void ofTheDead(String prefix) {
        Stream.of(NAMESPACES, BPF, FILES)
                .flatMap(directory -> children(directory).stream())
                .map(Leftovers::name)
                .filter(name -> name.matches(prefix + "-[0-9]{1,9}(-.*)?"))
                .map(name -> name.substring(prefix.length() + 1).split("-")[0])
                .distinct()
                .filter(process -> ProcessHandle.of(Long.parseLong(process)).isEmpty())
                .forEach(process -> remove(prefix + "-" + process));
    }

    /** Removes all that has this name, or it and more after a dash; ends the processes in such namespaces. */
    public static void remove(String name) {
        children(NAMESPACES).stream()
                .map(Leftovers::name)
                .filter(namespace -> isOf(namespace, name))
                .forEach(Leftovers::removeNamespace);
        for (Path directory : List.of(BPF, FILES)) {
            children(directory).stream().filter(path -> isOf(name(path), name)).forEach(Leftovers::removeTree);
        }
        // What a node keeps there is named by its pin path.
        tree(RUN.resolve("weir")).stream()
                .filter(path -> name(path).matches(".*" + name + "([^0-9].*)?"))
                .forEach(Leftovers::removeTree);
    }

    private static boolean isOf(String found, String name) {
        return found.equals(name) || found.startsWith(name + "-");
    }

    private static void removeNamespace(String namespace) {
        // Processes would keep it.
        Run.shell("ip netns pids " + namespace + " 2>/dev/null || true").lines().forEach(process -> {
            Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(process.strip()));
            handle.filter(found -> found.pid() != ProcessHandle.current().pid())
                    .ifPresent(ProcessHandle::destroyForcibly);
        });
        Run.status("ip", "netns", "delete", namespace);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static List<Path> children(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<Path> tree(Path root) {
        return Stream.concat(
                        Stream.of(root),
                        children(root).stream()
                                .flatMap(path -> Files.isDirectory(path) ? tree(path).stream() : Stream.of(path)))
                .toList();
    }

    private static void removeTree(Path root) {
        children(root).forEach(Leftovers::removeTree);
        try {
            Files.deleteIfExists(root);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
