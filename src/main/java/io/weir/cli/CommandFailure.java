package io.weir.cli;

import java.util.List;

/** A verb that could not do its work: what, where and what to do, one line a problem, and the exit code. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient List<String> problems;

    /** @param exitCode of {@link ExitCode} */
    public CommandFailure(int exitCode, String problem) {
        this(exitCode, List.of(problem));
    }

    public CommandFailure(int exitCode, String problem, Throwable cause) {
        super(problem, cause);
        this.exitCode = exitCode;
        this.problems = List.of(problem);
    }

    public CommandFailure(int exitCode, List<String> problems) {
        super(String.join("; ", problems));
        this.exitCode = exitCode;
        this.problems = List.copyOf(problems);
    }

    public int exitCode() {
        return exitCode;
    }

    public List<String> problems() {
        return problems;
    }
}
