package io.weir.cli;

import io.weir.model.Desired;
import java.util.List;

/**
 * A valid configuration.
 *
 * @param desired what it says
 * @param refusals why {@code weir run} would not run it, one line each; empty if it would
 */
public record Configuration(Desired desired, List<String> refusals) {

    public Configuration {
        refusals = List.copyOf(refusals);
    }
}
