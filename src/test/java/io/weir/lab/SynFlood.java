package io.weir.lab;

import io.weir.libbpf.BpfObject;
import io.weir.libbpf.TestRun;
import io.weir.testing.Clang;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends SYNs from random addresses out of a host's eth0, as fast as one core makes them. */
final class SynFlood {

    private static final int FRAME_BYTES = 64;
    private static final int BATCH = 1 << 16;

    private SynFlood() {}

    /** @return how many were sent */
    static long run(Host from, Host to, String device, String vip, int port, Duration duration) {
        byte[] program = program(from, to, device, vip, port);
        return from.beside(() -> {
            try (BpfObject object = BpfObject.open("flood", program)) {
                object.load();
                var flood = object.program("flood").loaded();
                TestRun batch = TestRun.packet(new byte[FRAME_BYTES])
                        .withFlags(TestRun.LIVE_FRAMES)
                        .repeat(BATCH);
                long end = System.nanoTime() + duration.toNanos();
                long sent = 0;
                while (System.nanoTime() < end) {
                    flood.run(batch);
                    sent += BATCH;
                }
                return sent;
            }
        });
    }

    private static byte[] program(Host from, Host to, String device, String vip, int port) {
        try {
            return Clang.object(
                    Files.readString(Path.of("src", "test", "bpf", "flood.bpf.c")),
                    "-DINTERFACE=" + from.run("ip -o link show dev eth0").split(":")[0],
                    "-DSOURCE_MAC=" + mac(from, "eth0"),
                    "-DDESTINATION_MAC=" + mac(to, device),
                    "-DVIP=0x" + hex(vip) + "u",
                    "-DPORT=" + port);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String mac(Host host, String device) {
        Matcher mac = Pattern.compile("link/ether ([0-9a-f:]{17})").matcher(host.run("ip -o link show dev " + device));
        if (!mac.find()) {
            throw new IllegalStateException("no MAC");
        }
        return "{0x" + mac.group(1).replace(":", ",0x") + "}";
    }

    private static String hex(String vip) {
        return java.util.Arrays.stream(vip.split("\\."))
                .map(part -> String.format("%02x", Integer.parseInt(part)))
                .collect(java.util.stream.Collectors.joining());
    }
}
