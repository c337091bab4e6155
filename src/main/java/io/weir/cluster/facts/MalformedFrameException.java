package io.weir.cluster.facts;

/** A frame that no node of this version sends. */
final class MalformedFrameException extends Exception {

    private static final long serialVersionUID = 1;

    MalformedFrameException(String message) {
        super(message);
    }

    MalformedFrameException(String message, Throwable cause) {
        super(message, cause);
    }
}
