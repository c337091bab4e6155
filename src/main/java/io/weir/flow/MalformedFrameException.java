package io.weir.flow;

/** A frame that no node of this version writes. */
final class MalformedFrameException extends RuntimeException {

    private static final long serialVersionUID = 1;

    MalformedFrameException(String message) {
        super(message);
    }
}
