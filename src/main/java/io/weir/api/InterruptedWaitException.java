package io.weir.api;

/** The thread was interrupted before what it waited for was there; that goes on, the interrupt flag is set. */
public final class InterruptedWaitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InterruptedWaitException(String message, InterruptedException cause) {
        super(message, cause);
    }
}
