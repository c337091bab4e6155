package io.weir.engine;

/** A command that contradicts what is there; nothing has changed. The message is one line for the operator. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public enum Reason {
        /** No configuration has been applied yet. */
        NOT_CONFIGURED,
        UNKNOWN_PROXY,
        UNKNOWN_ROUTE,
        UNKNOWN_INTERFACE,
        UNKNOWN_TARGET,
        /** It is so already, or cannot be from where it is. */
        NOT_NOW,
        DUPLICATE_NAME,
        DUPLICATE_ROUTE,
        /** Two proxies would take the same packets. */
        LISTENER_CONFLICT,
        /** Weights or targets that the configuration would not allow either. */
        INVALID_GROUP,
        /** A route no client can take. */
        INVALID_ROUTE,
        /** A part of a configuration whose feature does not exist yet. */
        UNSUPPORTED,
        /** No address is known for a host name. */
        UNRESOLVED_NAME,
        /** A table of the data path is full. */
        NO_ROOM,
        /** Too many commands wait; try again later. */
        BUSY,
        /** The engine has been closed. */
        CLOSED
    }

    private final Reason reason;

    public RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
