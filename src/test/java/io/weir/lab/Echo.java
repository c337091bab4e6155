package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.Run;
import java.nio.file.Path;
import java.time.Duration;

/** Bulk data there and back at the same time through one TCP connection, by socat, compared byte for byte. */
final class Echo {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path sent;
    private final int megabytes;

    private Echo(Path sent, int megabytes) {
        this.sent = sent;
        this.megabytes = megabytes;
    }

    /** Starts the server on {@link Site#ECHO_PORT} of the host, both families. */
    static Echo serve(Host host, int megabytes) {
        host.start("socat", "TCP6-LISTEN:" + Site.ECHO_PORT + ",ipv6only=0,fork,reuseaddr", "EXEC:cat");
        Path sent = host.lab().file("echo-" + megabytes);
        Run.command("dd", "if=/dev/urandom", "of=" + sent, "bs=1M", "count=" + megabytes);
        Await.until(
                "socat listens",
                () -> host.run("ss -Hltn sport = :" + Site.ECHO_PORT).contains("LISTEN"));
        return new Echo(sent, megabytes);
    }

    /** Sends, receives and compares. */
    void returnsTo(Host client, String address) {
        String to = address.contains(":") ? "[" + address + "]" : address;
        Program.End end = client.start(
                        "bash",
                        "-c",
                        "set -o pipefail; socat -t 20 - TCP:" + to + ":" + Site.ECHO_PORT + " <" + sent + " | cmp - "
                                + sent)
                .end(PATIENCE);
        assertThat(end).isEqualTo(new Program.End(0, java.util.List.of(), java.util.List.of()));
    }

    int megabytes() {
        return megabytes;
    }
}
