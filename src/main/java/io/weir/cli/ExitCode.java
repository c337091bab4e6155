package io.weir.cli;

/** What the process ends with. */
public final class ExitCode {

    public static final int DONE = 0;
    public static final int FAILED = 1;
    /** Bad usage or bad configuration. */
    public static final int USAGE = 2;
    /** The node cannot be reached. */
    public static final int UNREACHABLE = 3;
    /** Not privileged, or the kernel lacks something. */
    public static final int UNSUPPORTED = 4;

    private ExitCode() {}
}
