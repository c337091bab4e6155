package io.weir.probe;

import io.weir.model.Endpoint;
import io.weir.model.HealthCheck;
import io.weir.model.HealthCheck.Type;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One GET over a connection of its own. Redirects are answers like any other; of the body no more is read than keeps the
 * server from seeing a reset while it sends a short one.
 */
final class HttpExchange {

    private static final int MAX_BODY = 65_536;
    private static final Duration BODY_TIME = Duration.ofMillis(50);

    private HttpExchange() {}

    static CheckResult over(Socket connection, Probe probe, Attempt attempt) throws IOException {
        attempt.enter(Attempt.Phase.ASKING);
        connection.getOutputStream().write(request(probe).getBytes(StandardCharsets.ISO_8859_1));
        InputStream in = connection.getInputStream();
        int status = HttpHead.status(in);
        Duration latency = attempt.elapsed();
        takeBody(connection, in);
        String message = "HTTP " + status;
        return probe.check().expectedCodes().contains(status)
                ? new CheckResult.Passed(latency, message)
                : new CheckResult.Failed(CheckError.UNEXPECTED_STATUS, latency, message);
    }

    private static String request(Probe probe) {
        return "GET " + probe.check().path() + " HTTP/1.1\r\nHost: " + host(probe)
                + "\r\nUser-Agent: weir-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    }

    /** With the port where it is not the scheme's own; a link-local address without its zone (RFC 6874). */
    private static String host(Probe probe) {
        HealthCheck check = probe.check();
        Endpoint place = probe.place();
        int usual = check.type() == Type.HTTPS ? 443 : 80;
        return check.host().orElseGet(() -> place.address().beforePort())
                + (place.port() == usual ? "" : ":" + place.port());
    }

    private static void takeBody(Socket connection, InputStream in) {
        long end = System.nanoTime() + BODY_TIME.toNanos();
        byte[] part = new byte[4096];
        try {
            int taken = 0;
            long left = BODY_TIME.toMillis();
            while (taken < MAX_BODY && left > 0) {
                connection.setSoTimeout((int) left);
                int read = in.read(part);
                if (read < 0) {
                    return;
                }
                taken += read;
                left = (end - System.nanoTime()) / 1_000_000;
            }
        } catch (IOException late) {
            // the status is known: nothing about the body matters
        }
    }
}
