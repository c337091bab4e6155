package io.weir.probe;

import java.util.Locale;

/** Why a target failed a check. */
public enum CheckError {
    /** The host answered that nothing listens on the port. */
    CONNECTION_REFUSED,
    /** The connection was there, and was torn down by a RST before the answer. */
    CONNECTION_RESET,
    /** The connection was closed in good order before the answer. */
    CONNECTION_CLOSED,
    /** No answer, or no whole one, within the time of the check. */
    TIMEOUT,
    /** No router, or the neighbour does not answer. */
    NO_ROUTE,
    /** This host knows no way to the network. */
    NETWORK_UNREACHABLE,
    /** The interface of a link-local target is not there. */
    NO_INTERFACE,
    /** An answer with a status that is not among the expected. */
    UNEXPECTED_STATUS,
    /** An answer that is not HTTP. */
    BAD_RESPONSE,
    /** No common protocol version or cipher, or no TLS at all. */
    TLS_FAILED,
    /** A certificate that is not trusted, out of date, or for another name, where it had to be right. */
    BAD_CERTIFICATE,
    /** Anything else the kernel said. */
    FAILED;

    /** As it is shown and published: {@code connection-refused}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
