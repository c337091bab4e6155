package io.weir.cli;

import io.weir.model.Desired;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to run, and where it comes from when it is to be read again.
 *
 * @param desired what is wanted now
 * @param file it was read from; empty: flags said it
 * @param statistics asked for by a flag, whatever the file says
 * @param watch whether it is read again whenever the file changes
 */
public record RunRequest(Desired desired, Optional<Path> file, boolean statistics, boolean watch) {}
