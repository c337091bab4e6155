package io.weir.engine;

import io.weir.engine.Image.RouteKey;
import io.weir.engine.Snapshot.RouteStatus;
import io.weir.model.SourceRoute;
import java.util.List;

/**
 * What one source route of a proxy comes to; it is told by identity.
 *
 * @param keys what it is found by: none without a listener, as nobody could follow it; not those an earlier route has
 */
record RoutePart(SourceRoute route, GroupPart group, List<RouteKey> keys, RouteStatus status) {

    boolean persistent() {
        return route.sessionPersistence();
    }
}
