package io.weir.bench;

import io.weir.cluster.link.Carrier;
import io.weir.cluster.link.Identity;
import io.weir.cluster.link.Keyring;
import io.weir.cluster.link.LinkKind;
import io.weir.cluster.link.Links;
import io.weir.cluster.link.PeerAddress;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** What a link of sealed frames carries between two ends of one process, in a process of its own. */
public final class SealedLinks {

    private static final int ROUNDS = 5;

    private SealedLinks() {}

    /** Megabytes a second in large frames on the first line, thousands of small ones a second on the other. */
    static List<String> inProcess(List<String> options, int seconds) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(options);
        words.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-cp", System.getProperty("java.class.path")));
        words.addAll(List.of(SealedLinks.class.getName(), String.valueOf(seconds)));
        Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("two ends of a link ended with " + process.exitValue() + ": " + said);
        }
        return said.lines().toList();
    }

    public static void main(String[] arguments) throws Exception {
        long nanos = TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0]));
        System.out.println(rounds(LinkKind.FLOWS.frameBytes(), nanos, 1e6 / LinkKind.FLOWS.frameBytes()));
        System.out.println(rounds(100, nanos, 1e3));
        System.exit(0);
    }

    /** The first round warms up. */
    private static String rounds(int bytes, long nanos, double unit) throws Exception {
        List<Double> rates = new ArrayList<>();
        Keyring keys = Keyring.parse("keys", "01".repeat(32));
        AtomicLong arrived = new AtomicLong();
        CountDownLatch up = new CountDownLatch(1);
        try (Links to = links("to", keys, arrived);
                Links from = links("from", keys, new AtomicLong())) {
            to.start();
            Carrier carrier = from.keep(new PeerAddress("127.0.0.1", to.port()), LinkKind.FLOWS, new Carrier.Watcher() {
                @Override
                public void up(Identity peer) {
                    up.countDown();
                }
            });
            up.await();
            byte[] frame = new byte[bytes];
            for (int round = 0; round <= ROUNDS; round++) {
                long before = arrived.get();
                long begin = System.nanoTime();
                while (System.nanoTime() - begin < nanos) {
                    if (!carrier.offer(frame)) {
                        LockSupport.parkNanos(100_000);
                    }
                }
                double seconds = (System.nanoTime() - begin) / 1e9;
                if (round > 0) {
                    rates.add((arrived.get() - before) / seconds / unit);
                }
            }
        }
        return rates.stream().map(rate -> String.format(Locale.ROOT, "%.1f", rate)).collect(Collectors.joining(" "));
    }

    private static Links links(String name, Keyring keys, AtomicLong arrived) throws IOException {
        Identity self = new Identity(
                new NodeId(name), UUID.randomUUID(), new PeerAddress("127.0.0.1", 7946), Duration.ZERO);
        return new Links(IpAddress.parse("127.0.0.1"), 0, keys, () -> self, (kind, peer, frame) -> arrived.incrementAndGet());
    }
}
