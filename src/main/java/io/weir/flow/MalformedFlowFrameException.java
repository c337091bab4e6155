package io.weir.flow;

/** A frame that no node of this version writes. */
final class MalformedFlowFrameException extends RuntimeException {

    private static final long serialVersionUID = 1;

    MalformedFlowFrameException(String message) {
        super(message);
    }
}
