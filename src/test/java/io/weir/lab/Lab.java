package io.weir.lab;

import io.weir.testing.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The hosts of one test, the cables between them, a directory for files and one for pins. Everything has the lab's name in
 * its own; closing it removes all, and opening one removes what labs left whose process was killed.
 */
final class Lab implements AutoCloseable {

    private static final String PREFIX = "weirlab";
    private static final Path BPF = Path.of("/sys/fs/bpf");

    private final String name;
    private final Path files;
    private final List<Host> hosts = new ArrayList<>();
    private final List<AutoCloseable> guests = new ArrayList<>();

    Lab() {
        Leftovers.ofTheDead(PREFIX);
        name = Leftovers.ownName(PREFIX) + "-"
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
        Leftovers.remove(name);
    }

    private static void end(AutoCloseable guest) {
        try {
            guest.close();
        } catch (Exception failed) {
            System.err.println("lab: " + failed); // the rest must go too
        }
    }
}
