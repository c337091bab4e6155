package io.weir.api;

/** The thread was interrupted before the data path had the change; the change goes on, the interrupt flag is set. */
public final class InterruptedWaitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InterruptedWaitException(InterruptedException cause) {
        super("interrupted before the data path had the change", cause);
    }
}
