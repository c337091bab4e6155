package io.weir.admin;

import io.weir.api.Operations;
import java.util.Optional;

/**
 * What the API is put over.
 *
 * @param operations the Java API
 * @param config the rules of the configuration file
 * @param commands the engine
 * @param reload reads the configuration file again and applies it, and says what it did; empty when there is no file
 * @param version of the program
 */
public record Node(
        Operations operations, ConfigCodec config, Commands commands, Optional<Reload> reload, String version) {

    /** Reads the configuration file again. */
    @FunctionalInterface
    public interface Reload {

        /**
         * @return one line about what has changed
         * @throws Refusal if the file is no good; nothing has changed
         */
        String run();
    }
}
