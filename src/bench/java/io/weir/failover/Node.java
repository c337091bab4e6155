package io.weir.failover;

import io.weir.failover.Rack.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A host with a load balancer and keepalived on it, and what can befall it. */
public final class Node implements AutoCloseable {

    private final Path namespace;
    private final Balancer balancer;
    private final Keepalived keepalived;

    /** Makes a load balancer on a host; {@code files} is a directory of its own. */
    public interface Maker {
        Balancer make(Rack rack, Place place, Path files);
    }

    private Node(Path namespace, Balancer balancer, Keepalived keepalived) {
        this.namespace = namespace;
        this.balancer = balancer;
        this.keepalived = keepalived;
    }

    /** Nothing is started yet. */
    public static Node on(Rack rack, Place place, Path directory, Maker maker) {
        try {
            Path files = Files.createDirectories(directory.resolve(place.role()));
            Balancer balancer = maker.make(rack, place, files);
            String configuration = balancer instanceof WeirBalancer weir
                    ? Keepalived.example(place, weir.pins(), files.resolve("vrrp"))
                    : Keepalived.foreign(place, balancer.notifications());
            return new Node(rack.path(place.role()), balancer, new Keepalived(rack, place, files, configuration));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public Balancer balancer() {
        return balancer;
    }

    public Keepalived keepalived() {
        return keepalived;
    }

    /** As at the host's start, and after its death. */
    public void start() {
        balancer.start();
        keepalived.start();
    }

    /** {@code kill -9} of everything that is not the kernel; returns at once. */
    public Instant kill() {
        return signal("KILL", processes());
    }

    /** The same; returns when all are gone. */
    void end() {
        kill();
        processes().map(ProcessHandle::of).flatMap(Optional::stream).forEach(process -> process.onExit()
                .join());
    }

    private Stream<Long> processes() {
        return Stream.concat(keepalived.processes().stream(), balancer.processes().stream());
    }

    /** SIGSTOP of everything. */
    public Instant freeze() {
        return signal("STOP", processes());
    }

    public void thaw() {
        signal("CONT", processes());
    }

    /** SIGTERM of keepalived: it hands over. */
    Instant retire() {
        return signal("TERM", keepalived.processes().stream());
    }

    /** Of the load balancer's processes alone. */
    void signalBalancer(String signal) {
        signal(signal, balancer.processes().stream());
    }

    /** When. */
    private Instant signal(String signal, Stream<Long> processes) {
        String pids = processes.map(String::valueOf).collect(Collectors.joining(" "));
        // A script of keepalived's may have ended meanwhile.
        return Timed.now(namespace, "kill -" + signal + " " + pids + " || true");
    }

    @Override
    public void close() {
        thawIfAny();
        keepalived.close();
        balancer.close();
    }

    private void thawIfAny() {
        if (!keepalived.processes().isEmpty() || !balancer.processes().isEmpty()) {
            thaw();
        }
    }
}
