package io.weir.api;

import io.weir.engine.Snapshot.RouteStatus;
import io.weir.model.Group;
import io.weir.model.SourceRoute;
import java.util.List;

/** The source routes of one proxy. Everything here is refused with UNKNOWN_PROXY when there is no such proxy. */
public interface Routes {

    /** Refused with DUPLICATE_ROUTE, INVALID_GROUP, UNRESOLVED_NAME or NO_ROOM. */
    void add(SourceRoute route);

    /** Refused with UNKNOWN_ROUTE. */
    void remove(SourceRoute.Source source);

    /** Refused with UNKNOWN_ROUTE, INVALID_GROUP or NO_ROOM. */
    void replaceTargets(SourceRoute.Source source, Group group);

    /** With the configured and the effective weight of each target, and the reason for it. */
    List<RouteStatus> list();
}
