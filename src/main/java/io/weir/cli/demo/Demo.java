package io.weir.cli.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The story of the demo. Every sentence it prints with a tick was checked; the first that is not so ends it with a
 * {@link DemoFailure}. Whatever happens, it takes down what it set up.
 */
public final class Demo implements AutoCloseable {

    private static final int SERVER_PORT = 8080;
    private static final int CONNECTIONS = 1000;
    private static final long BYTES_PER_SECOND = 16L << 20;
    /** Long enough to be killed under. */
    private static final long SHORT_DOWNLOAD = 4 * BYTES_PER_SECOND;
    /** Long enough for a start of weir on a busy machine to fall into it. */
    private static final long LONG_DOWNLOAD = 12 * BYTES_PER_SECOND;

    private static final Path PINS = Path.of("/sys/fs/bpf/weir-demo");
    private static final Path LOCK = Path.of("/run/weir/demo.lock");
    private static final Map<String, Integer> WEIGHTS = Map.of("web-1", 50, "web-2", 30, "web-3", 20);

    private final PrintStream out;
    private final List<Child> servers = new ArrayList<>();
    private final CountDownLatch removed = new CountDownLatch(1);
    private final long start = System.nanoTime();
    private final DemoLock lock = DemoLock.open(LOCK).take();
    private final Path config;

    /** Takes the place of a demo that was killed, but not of one that runs. */
    public Demo(PrintStream out) {
        this.out = out;
        try {
            config = Files.createTempFile("weir-demo", ".edn");
        } catch (IOException e) {
            lock.close();
            throw new DemoFailure("cannot write a temporary file: " + e.getMessage(), e);
        }
    }

    /**
     * Tells the story.
     *
     * @throws DemoFailure if one of its sentences is not so
     */
    public void play() {
        Thread storyteller = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> breakOff(storyteller)));
        introduce();
        setUp();
        Child weir = startWeir();
        tick("weir forwards, in its own process (" + weir.pid() + "); the packets stay in the kernel");
        distribute();
        Child balancer = outlive(weir);
        leave(balancer);
        say("");
        say("All of it is true. " + seconds() + " s; everything is removed.");
    }

    private void introduce() {
        say("Weir's demo: a client, a load balancer and three servers, each in a network namespace of its own.");
        say("");
        say("  client                  load balancer                 servers           weight");
        say("  192.0.2.10      ──►     192.0.2.80:80        ──┬──►   web-1  10.80.1.2      50");
        say("  2001:db8::10            [2001:db8::80]:80      ├──►   web-2  10.80.2.2      30");
        say("                                                 └──►   web-3  10.80.3.2      20");
        say("");
    }

    private void setUp() {
        takeDown(); // what a demo that was killed left
        Stage.build();
        for (int number = 1; number <= Stage.SERVERS; number++) {
            servers.add(Child.start(
                    Stage.server(number),
                    List.of("demo-server", "--name", "web-" + number, "--port", String.valueOf(SERVER_PORT))));
        }
        servers.forEach(server -> server.await(DemoServer.READY::equals));
        tick("five network namespaces, three servers that answer HTTP and UDP");
        try {
            Files.writeString(config, DemoConfig.text(PINS, SERVER_PORT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Child startWeir() {
        Child weir = Child.start(Stage.BALANCER, List.of("run", "-c", config.toString()));
        weir.await(line -> line.contains(" ready: "));
        return weir;
    }

    private void distribute() {
        say("");
        show(CONNECTIONS + " new connections each, %", Distribution.heads(WEIGHTS));
        show("the weights", Distribution.ofWeights(WEIGHTS).shares());
        for (String protocol : List.of("http", "udp")) {
            for (String vip : List.of(Stage.VIP_V4, Stage.VIP_V6)) {
                Distribution distribution = connections(protocol, vip, CONNECTIONS);
                show(kind(protocol) + (vip.equals(Stage.VIP_V4) ? " over IPv4" : " over IPv6"), distribution.shares());
                expect(distribution.followsWeights(), "the distribution does not follow the weights");
            }
        }
        say("");
        tick("every connection was answered, in the proportion of the weights");
        tick("every server saw the client's own address and port");
    }

    /** Kills weir under a download and starts it again under another. */
    private Child outlive(Child weir) {
        say("");
        Child first = startDownload(Stage.VIP_V4, SHORT_DOWNLOAD);
        String percent = first.await(line -> percent(line) >= 25);
        weir.kill();
        say("  kill -9 " + weir.pid() + ", at " + percent + " % of a download");
        answered("new connections are answered with weir dead");
        first.finish();
        tick("the download is complete and its checksum right");

        Child second = startDownload(Stage.VIP_V6, LONG_DOWNLOAD);
        percent = second.await(line -> percent(line) >= 5);
        long began = System.nanoTime();
        Child again = startWeir();
        expect(second.isAlive(), "the second download ended before weir was back: it proves nothing");
        say(String.format(
                Locale.ROOT,
                "  weir started again, at %s %% of another download; after %.1f s it has taken over what it found",
                percent,
                (System.nanoTime() - began) / 1e9));
        answered("new connections are answered");
        second.finish();
        tick("that download is complete and its checksum right too");
        return again;
    }

    private void leave(Child weir) {
        say("");
        weir.close();
        answered("stopped by SIGTERM, the data path goes on");
        detach();
        expect(!Files.exists(PINS), "weir detach left " + PINS);
        List<String> answers = client("http", Stage.VIP_V4, "--count", "10").finish();
        expect(answers.equals(List.of(DemoClient.REFUSED + " 10")), "after weir detach somebody answers: " + answers);
        tick("weir detach takes the data path off: connections are refused, no pin is left");
    }

    private void answered(String sentence) {
        List<String> lines = client("all", Stage.VIP_V4 + "," + Stage.VIP_V6, "--count", "50")
                .finish();
        int total = Distribution.parse(lines, WEIGHTS).total();
        expect(total == 4 * 50, "only " + total + " of " + 4 * 50 + " were answered");
        tick(sentence);
    }

    private Distribution connections(String protocol, String vip, int count) {
        List<String> lines =
                client(protocol, vip, "--count", String.valueOf(count)).finish();
        Distribution distribution = Distribution.parse(lines, WEIGHTS);
        expect(distribution.total() == count, "only " + distribution.total() + " of " + count + " were answered");
        return distribution;
    }

    private Child startDownload(String vip, long bytes) {
        return client(
                "download",
                vip,
                "--bytes",
                String.valueOf(bytes),
                "--bytes-per-second",
                String.valueOf(BYTES_PER_SECOND));
    }

    /** What a download says of itself; 0 if it says something else, which then is why it ended. */
    private static int percent(String line) {
        return line.matches("[0-9]{1,3}") ? Integer.parseInt(line) : 0;
    }

    private static Child client(String what, String vip, String... options) {
        List<String> arguments = new ArrayList<>(List.of("demo-client", what, "--address", vip, "--port", "80"));
        arguments.addAll(List.of(options));
        return Child.start(Stage.CLIENT, arguments);
    }

    private static String kind(String protocol) {
        return protocol.equals("http") ? "TCP" : "UDP";
    }

    private static void expect(boolean so, String otherwise) {
        if (!so) {
            throw new DemoFailure(otherwise);
        }
    }

    private void show(String what, String shares) {
        say(String.format("  %-30s%s", what, shares));
    }

    private void tick(String sentence) {
        say("✓ " + sentence);
    }

    private void say(String line) {
        out.println(line);
    }

    private long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    }

    /** Ctrl-C: the storyteller stops where it is and takes everything down itself, so that nothing is set up behind it. */
    private void breakOff(Thread storyteller) {
        if (removed.getCount() > 0) {
            storyteller.interrupt();
            try {
                removed.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void remove() {
        Thread.interrupted(); // the commands that take down must not be stopped by what stopped the story
        try {
            takeDown();
            Files.deleteIfExists(config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.close();
            removed.countDown();
        }
    }

    private static void takeDown() {
        Stage.endProcesses();
        if (Stage.hasBalancer() && Files.exists(PINS)) {
            detach();
        }
        Stage.remove();
        removePins();
    }

    private static void detach() {
        Child.start(Stage.BALANCER, List.of("detach", "--pin-path", PINS.toString()))
                .finish();
    }

    /** Pins whose namespace somebody else removed. */
    private static void removePins() {
        if (!Files.exists(PINS)) {
            return;
        }
        try (var paths = Files.walk(PINS)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new DemoFailure("cannot remove " + PINS + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        remove();
    }
}
