package io.weir.cluster.facts;

/** A frame that no node of this version sends. */
final class MalformedFactsException extends Exception {

    private static final long serialVersionUID = 1;

    MalformedFactsException(String message) {
        super(message);
    }

    MalformedFactsException(String message, Throwable cause) {
        super(message, cause);
    }
}
