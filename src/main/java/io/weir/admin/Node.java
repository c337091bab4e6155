package io.weir.admin;

import io.weir.api.Operations;
import io.weir.model.Subscription;
import io.weir.stats.Connections;
import io.weir.stats.DataPathCounts;
import io.weir.stats.FlowEvent;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What the API is put over.
 *
 * @param operations the Java API
 * @param config the rules of the configuration file
 * @param commands the engine
 * @param connections the flow table
 * @param counts of the data path
 * @param flowEvents subscribes to connections that open and end, with room for so many
 * @param reload reads the configuration file again and applies it, and says what it did; empty when there is no file
 * @param version of the program
 */
public record Node(
        Operations operations,
        ConfigCodec config,
        Commands commands,
        Connections connections,
        DataPathCounts counts,
        IntFunction<Subscription<FlowEvent>> flowEvents,
        Optional<Reload> reload,
        String version) {

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
