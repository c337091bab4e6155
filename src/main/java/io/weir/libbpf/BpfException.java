package io.weir.libbpf;

/** The kernel or libbpf refused: what was tried, the errno, what to do, and what libbpf and the verifier said. */
public final class BpfException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The verifier's reason stands at the end of its text, before the statistics. */
    private static final int LINES_IN_MESSAGE = 24;

    private final String operation;
    private final int errno;
    private final String log;

    /**
     * @param operation what was tried, as in "attach weir_xdp to eth0"
     * @param errno positive or negative, 0 if there is none
     */
    public BpfException(String operation, int errno) {
        this(operation, errno, "");
    }

    /** @param log what libbpf and the verifier said, of any length */
    public BpfException(String operation, int errno, String log) {
        super(message(operation, errno, log));
        this.operation = operation;
        this.errno = Math.abs(errno);
        this.log = log;
    }

    public String operation() {
        return operation;
    }

    /** Positive, or 0. */
    public int errno() {
        return errno;
    }

    /** As in errno.h. */
    public String errorName() {
        return Errno.of(errno).name();
    }

    public Errno.Category category() {
        return Errno.of(errno).category();
    }

    /** Everything libbpf and the verifier said; empty if nothing. */
    public String log() {
        return log;
    }

    private static String message(String operation, int errno, String log) {
        StringBuilder text = new StringBuilder(operation).append(" failed");
        if (errno != 0) {
            Errno known = Errno.of(errno);
            String advice = log.contains("Failed to bump RLIMIT_MEMLOCK")
                    ? "CAP_BPF is missing: " + Errno.of(Errno.EPERM).advice()
                    : known.advice();
            text.append(": ").append(known.name());
            if (!advice.isEmpty()) {
                text.append(" (").append(advice).append(')');
            }
        }
        String[] lines = log.strip().split("\n");
        for (int i = Math.max(0, lines.length - LINES_IN_MESSAGE); i < lines.length; i++) {
            if (!lines[i].isBlank()) {
                text.append("\n  ").append(lines[i].stripTrailing());
            }
        }
        return text.toString();
    }
}
