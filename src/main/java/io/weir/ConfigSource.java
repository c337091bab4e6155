package io.weir;

import io.weir.config.ConfigFile;
import io.weir.model.Desired;
import java.nio.file.Path;

/**
 * Where a node's configuration comes from each time it is read.
 *
 * @param statistics asked for by a flag, whatever the file says
 */
record ConfigSource(Path file, boolean statistics) {

    /** What was read, and what a node makes of it. */
    record Wanted(ConfigFile file, Desired desired) {

        /** @throws io.weir.config.ConfigException with every setting that this version cannot run */
        static Wanted of(ConfigFile file) {
            return new Wanted(file, file.runnable());
        }
    }

    /** @throws io.weir.config.ConfigException with everything that is wrong */
    Wanted read() {
        Wanted wanted = Wanted.of(ConfigFile.read(file));
        Desired desired = wanted.desired();
        return statistics
                ? new Wanted(
                        wanted.file(),
                        new Desired(desired.proxies(), desired.settings().withStatsEnabled(true)))
                : wanted;
    }
}
