package io.weir.probe;

import io.weir.model.Endpoint;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One connection of one check. Its time is the whole check's: when it is over, the socket is closed under whatever waits on
 * it. A timeout of each read would let a server that sends a byte now and then hold the check for ever.
 */
final class Attempt implements AutoCloseable {

    /** How far a check has come: what a message says it waited for. */
    enum Phase {
        CONNECTING("no answer to the connection"),
        GREETING("connected, but the TLS handshake did not end"),
        ASKING("connected, but no whole answer");

        private final String missed;

        Phase(String missed) {
            this.missed = missed;
        }
    }

    private final Socket socket = new Socket();
    private final Duration timeout;
    private final long start = System.nanoTime();
    private final Future<?> deadline;
    private volatile boolean expired;
    private volatile boolean abandoned;
    private Phase phase = Phase.CONNECTING;

    Attempt(Duration timeout, ScheduledExecutorService deadlines) {
        this.timeout = timeout;
        this.deadline = deadlines.schedule(this::expire, timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void expire() {
        expired = true;
        closeSocket();
    }

    /** Ends it before its time: the node stops. */
    void abandon() {
        abandoned = true;
        closeSocket();
    }

    /** @throws NoInterfaceException if a link-local address is on an interface this host does not have */
    Socket connect(Endpoint place) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(address(place));
        return socket;
    }

    private static InetSocketAddress address(Endpoint place) throws IOException {
        Optional<String> zone = place.zone();
        if (zone.isEmpty()) {
            return new InetSocketAddress(place.address().toInetAddress(), place.port());
        }
        NetworkInterface link = NetworkInterface.getByName(zone.get());
        if (link == null) {
            throw new NoInterfaceException("this host has no interface " + zone.get());
        }
        return new InetSocketAddress(
                Inet6Address.getByAddress(null, place.address().bytes(), link.getIndex()), place.port());
    }

    void enter(Phase next) {
        phase = next;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** What an exception of this attempt means; the kernel's words, unless our own clock ended it. */
    CheckResult failed(IOException failure) {
        if (abandoned) {
            return new CheckResult.NotMade("health checks have ended");
        }
        return expired
                ? new CheckResult.Failed(
                        CheckError.TIMEOUT, elapsed(), phase.missed + " within " + timeout.toMillis() + " ms")
                : Failures.result(failure, phase, elapsed());
    }

    @Override
    public void close() {
        deadline.cancel(false);
        closeSocket();
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // there is nothing left to close
        }
    }

    /** The interface of a link-local address is missing. */
    static final class NoInterfaceException extends IOException {
        private static final long serialVersionUID = 1L;

        NoInterfaceException(String message) {
            super(message);
        }
    }
}
