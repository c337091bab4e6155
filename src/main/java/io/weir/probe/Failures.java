package io.weir.probe;

import io.weir.probe.Attempt.NoInterfaceException;
import io.weir.probe.Attempt.Phase;
import io.weir.probe.HttpHead.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/** Tells the ways apart in which a connection fails; where the JDK has one exception for several, by the kernel's words. */
final class Failures {

    /** ENOBUFS, ENOMEM, EMFILE, ENFILE and EPERM of a local firewall: this host's trouble, not the target's. */
    private static final List<String> OUR_OWN =
            List.of("No buffer space", "Cannot allocate memory", "Too many open files", "Operation not permitted");

    private Failures() {}

    static CheckResult result(IOException failure, Phase phase, Duration elapsed) {
        String words = words(failure);
        if (failure instanceof BindException || OUR_OWN.stream().anyMatch(words::contains)) {
            return new CheckResult.NotMade("this host could not check: " + words);
        }
        CheckError error = error(failure, words, phase);
        return new CheckResult.Failed(error, elapsed, message(error, words, phase));
    }

    private static CheckError error(IOException failure, String words, Phase phase) {
        return switch (failure) {
            case NoInterfaceException _ -> CheckError.NO_INTERFACE;
            case MalformedException _ -> CheckError.BAD_RESPONSE;
            case NoRouteToHostException _ -> CheckError.NO_ROUTE;
            case ConnectException _ when words.contains("timed out") -> CheckError.TIMEOUT;
            case ConnectException _ -> CheckError.CONNECTION_REFUSED;
            case EOFException _ -> CheckError.CONNECTION_CLOSED;
            case SSLException tls -> tlsError(tls);
            case SocketException _ when words.contains("unreachable") -> CheckError.NETWORK_UNREACHABLE;
            case SocketException _
            when words.contains("reset") || words.contains("Broken pipe") -> CheckError.CONNECTION_RESET;
            default -> CheckError.FAILED;
        };
    }

    /** The engine of the JDK wraps what the socket said, and what the certificate's check said. */
    private static CheckError tlsError(SSLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return CheckError.BAD_CERTIFICATE;
            }
            if (cause instanceof EOFException) {
                return CheckError.CONNECTION_CLOSED;
            }
            if (cause instanceof SocketException && words(cause).contains("reset")) {
                return CheckError.CONNECTION_RESET;
            }
        }
        return CheckError.TLS_FAILED;
    }

    private static String message(CheckError error, String words, Phase phase) {
        return switch (error) {
            case CONNECTION_REFUSED -> "connection refused";
            case CONNECTION_RESET -> "connected, but the connection was reset" + before(phase);
            case CONNECTION_CLOSED -> "connected, but the connection was closed" + before(phase);
            case NO_ROUTE -> "no route to the host";
            case NETWORK_UNREACHABLE -> "the network is unreachable";
            default -> words;
        };
    }

    private static String before(Phase phase) {
        return phase == Phase.GREETING ? " in the TLS handshake" : " before the answer";
    }

    private static String words(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
