package io.weir.lab;

import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * The hosts of one test, the cables between them, a directory for files and one for pins. Everything has the lab's name in
 * its own; closing it removes all, and opening one removes what labs left whose process was killed.
 */
final class Lab implements AutoCloseable {

    private static final String PREFIX = "weirlab-";
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path BPF = Path.of("/sys/fs/bpf");

    private final String name;
    private final Path files;
    private final List<Host> hosts = new ArrayList<>();
    private final List<AutoCloseable> guests = new ArrayList<>();

    Lab() {
        removeLeftovers();
        name = PREFIX + ProcessHandle.current().pid() + "-"
                + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36);
        try {
            files = Files.createDirectory(Path.of(System.getProperty("java.io.tmpdir"), name));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A host: a network namespace with lo up. */
    Host host(String role) {
        Host host = Host.make(name + "-" + role, role, this);
        hosts.add(host);
        return host;
    }

    /** A cable between two hosts; both ends up. */
    Link link(Host host, String device, Host other, String otherDevice) {
        return Link.make(host, device, other, otherDevice);
    }

    /** Where this lab's data paths are pinned, each under a name of its own. */
    Path pins(String of) {
        return BPF.resolve(name).resolve(of);
    }

    /** A file of this lab; gone with it. */
    Path file(String fileName) {
        return files.resolve(fileName);
    }

    Path write(String fileName, String text) {
        try {
            return Files.writeString(file(fileName), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends before the hosts do. */
    <T extends AutoCloseable> T closes(T guest) {
        guests.add(guest);
        return guest;
    }

    @Override
    public void close() {
        guests.reversed().forEach(Lab::end);
        hosts.reversed().forEach(Host::close);
        remove(name);
    }

    private static void end(AutoCloseable guest) {
        try {
            guest.close();
        } catch (Exception failed) {
            System.err.println("lab: " + failed); // the rest must go too
        }
    }

    /** Of labs whose process is gone. */
    private static void removeLeftovers() {
        Stream.of(NAMESPACES, BPF, Path.of(System.getProperty("java.io.tmpdir")))
                .flatMap(directory -> children(directory).stream())
                .map(path -> String.valueOf(path.getFileName()))
                .filter(name -> name.startsWith(PREFIX) && !isAlive(name))
                .map(name -> Stream.of(name.split("-")).limit(3).toList())
                .map(parts -> String.join("-", parts))
                .distinct()
                .forEach(Lab::remove);
    }

    private static boolean isAlive(String name) {
        String process = name.substring(PREFIX.length()).split("-")[0];
        return process.matches("[0-9]{1,9}")
                && ProcessHandle.of(Long.parseLong(process)).isPresent();
    }

    private static void remove(String lab) {
        children(NAMESPACES).stream()
                .map(path -> String.valueOf(path.getFileName()))
                .filter(namespace -> namespace.startsWith(lab + "-"))
                .forEach(Lab::removeNamespace);
        removeTree(BPF.resolve(lab));
        children(Path.of("/run/weir")).stream()
                .filter(path -> path.toString().contains(lab))
                .forEach(Lab::removeTree);
        children(Path.of("/run")).stream()
                .filter(path -> path.toString().contains(lab))
                .forEach(Lab::removeTree);
        removeTree(Path.of(System.getProperty("java.io.tmpdir"), lab));
    }

    /** Ends the processes in it first: they would keep it. */
    private static void removeNamespace(String namespace) {
        Run.shell("ip netns pids " + namespace + " 2>/dev/null || true").lines().forEach(process -> {
            Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(process.strip()));
            handle.filter(found -> found.pid() != ProcessHandle.current().pid())
                    .ifPresent(ProcessHandle::destroyForcibly);
        });
        Run.status("ip", "netns", "delete", namespace);
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

    private static void removeTree(Path root) {
        if (Files.isDirectory(root)) {
            children(root).forEach(Lab::removeTree);
        }
        try {
            Files.deleteIfExists(root);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
