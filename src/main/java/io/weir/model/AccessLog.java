package io.weir.model;

import java.nio.file.Path;

/**
 * One line for each connection that ended.
 *
 * @param enabled whether it is written
 * @param format of a line
 * @param path of the file written to
 * @param maxFileSizeMb size in MiB after which a new file is begun
 * @param maxFiles files kept
 * @param bufferSize lines that may wait for the disk; more are lost and counted
 */
public record AccessLog(boolean enabled, Format format, Path path, int maxFileSizeMb, int maxFiles, int bufferSize) {

    public enum Format {
        JSON,
        /** The common log format. */
        CLF
    }

    public static final AccessLog DEFAULT =
            new AccessLog(false, Format.JSON, Path.of("logs/access.log"), 100, 10, 10_000);
}
