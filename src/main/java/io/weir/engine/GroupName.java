package io.weir.engine;

import io.weir.model.SourceRoute;
import java.util.Optional;

/**
 * A group by its place in the configuration.
 *
 * @param route of the proxy; empty: its default group
 */
record GroupName(String proxy, Optional<SourceRoute.Source> route) {}
