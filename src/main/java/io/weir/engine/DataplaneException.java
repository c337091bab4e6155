package io.weir.engine;

/** The kernel refused a read or a write: what, where, and what to do, in one line. */
public class DataplaneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    /** @param errno the positive errno, or 0 if there is none */
    public DataplaneException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    public DataplaneException(String message, int errno, Throwable cause) {
        super(message, cause);
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
