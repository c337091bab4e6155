package io.weir;

import io.weir.config.ConfigError;
import io.weir.config.ConfigException;
import io.weir.config.ConfigFile;
import io.weir.model.Desired;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
        requireRegular();
        Wanted wanted = Wanted.of(ConfigFile.read(file));
        Desired desired = wanted.desired();
        return statistics
                ? new Wanted(
                        wanted.file(),
                        new Desired(desired.proxies(), desired.settings().withStatsEnabled(true)))
                : wanted;
    }

    /** Reading a pipe would wait for its writer, at a reload too, and with it everybody who asks for one. */
    private void requireRegular() {
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            throw new ConfigException(
                    file.toString(),
                    List.of(new ConfigError(
                            "", 0, "is no regular file, which weir reads again at each reload: name one")));
        }
    }
}
