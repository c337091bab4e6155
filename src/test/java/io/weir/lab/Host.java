package io.weir.lab;

import io.weir.libbpf.NetworkNamespace;
import io.weir.testing.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A network namespace that stands for a host. Programs run in it, and sockets of this process are opened in it. */
final class Host {

    private final String namespace;
    private final String role;
    private final Lab lab;
    private final ThreadPoolExecutor inside;

    private Host(String namespace, String role, Lab lab, ThreadPoolExecutor inside) {
        this.namespace = namespace;
        this.role = role;
        this.lab = lab;
        this.inside = inside;
    }

    static Host make(String namespace, String role, Lab lab) {
        Run.command("ip", "netns", "add", namespace);
        Run.command("ip", "-n", namespace, "link", "set", "lo", "up");
        try {
            Host host = new Host(namespace, role, lab, NetworkNamespace.run(path(namespace), Host::threadHere));
            // A link-local address under duplicate address detection cannot ask for neighbours: a second of lost
            // packets.
            host.run("sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0");
            return host;
        } catch (Exception failed) {
            throw new IllegalStateException("cannot enter " + namespace, failed);
        }
    }

    /** One thread, which is where its maker is and stays there. */
    private static ThreadPoolExecutor threadHere() {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().factory());
        thread.prestartAllCoreThreads();
        return thread;
    }

    private static Path path(String namespace) {
        return Path.of("/run/netns", namespace);
    }

    String namespace() {
        return namespace;
    }

    String role() {
        return role;
    }

    Lab lab() {
        return lab;
    }

    /** Does something on a thread that is inside; sockets opened and threads started there stay inside. */
    <T> T in(Callable<T> work) {
        return result(inside.submit(work));
    }

    /** The same on a thread of its own, for what takes long: others open sockets meanwhile. */
    <T> T beside(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        in(() -> Thread.ofPlatform().daemon().start(task));
        return result(task);
    }

    private <T> T result(Future<T> work) {
        try {
            return work.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(role + ": " + failed.getCause(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** The words that run a program inside. /sys stays as it is, for the pins. */
    List<String> words(List<String> program) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + path(namespace)));
        words.addAll(program);
        return words;
    }

    /** Starts a program inside; it ends with the lab. */
    Program start(String... words) {
        return lab.closes(Program.start(role + ": " + words[0], words(List.of(words))));
    }

    /** Runs a shell line inside, which must succeed; what it printed. */
    String run(String line) {
        return Run.command(words(List.of("sh", "-ec", line)).toArray(String[]::new));
    }

    /** @param addresses with prefix length, either family; without duplicate address detection */
    void address(String device, String... addresses) {
        for (String address : addresses) {
            run("ip addr add " + address + " dev " + device + (address.contains(":") ? " nodad" : ""));
        }
    }

    /** @param gateways of either family */
    void defaultRoute(String... gateways) {
        for (String gateway : gateways) {
            route("default", gateway);
        }
    }

    void route(String destination, String gateway) {
        run("ip " + (gateway.contains(":") ? "-6" : "-4") + " route add " + destination + " via " + gateway);
    }

    /** Makes it a router. */
    void forward() {
        run("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
    }

    void close() {
        inside.shutdownNow();
    }
}
