package io.weir.failover;

import io.weir.failover.Pair.Side;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A host of a pair with a load balancer and keepalived on it, and what can befall it. */
public final class Node implements AutoCloseable {

    private final Balancer balancer;
    private final Keepalived keepalived;

    /** Makes a load balancer on a host; {@code files} is a directory of its own. */
    public interface Maker {
        Balancer make(Pair pair, Side side, Path files);
    }

    private Node(Balancer balancer, Keepalived keepalived) {
        this.balancer = balancer;
        this.keepalived = keepalived;
    }

    /** Nothing is started yet. */
    public static Node on(Pair pair, Side side, Path directory, Maker maker) {
        try {
            Path files = Files.createDirectories(directory.resolve(side.role()));
            Balancer balancer = maker.make(pair, side, files);
            String configuration = balancer instanceof WeirBalancer weir
                    ? Keepalived.example(side, weir.pins(), files.resolve("vrrp"))
                    : Keepalived.foreign(side, balancer.notifications());
            return new Node(balancer, new Keepalived(pair, side, files, configuration));
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
    public void kill() {
        signal("KILL");
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
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    private void signal(String signal) {
        List<String> words = new ArrayList<>(List.of("kill", "-" + signal));
        processes().map(String::valueOf).forEach(words::add);
        Run.status(words.toArray(String[]::new)); // a script of keepalived's may have ended meanwhile
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
