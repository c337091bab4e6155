package io.weir.api;

import io.weir.stats.ConnectionFilter;
import io.weir.stats.Connections.Page;
import io.weir.stats.Cursor;
import java.util.Optional;

/** The connections in the flow table. Each call walks the table once, which takes a while when it is large. */
public interface Connections {

    /** Over the flow table. */
    static Connections over(io.weir.stats.Connections table) {
        return new TrackedConnections(table);
    }

    /** How many there are. */
    default long count() {
        return count(ConnectionFilter.ALL);
    }

    /** How many of them are meant. */
    long count(ConnectionFilter filter);

    /** The first, in the order of {@link Cursor}. */
    default Page list(ConnectionFilter filter, int limit) {
        return list(filter, Optional.empty(), limit);
    }

    /**
     * A page, in the order of {@link Cursor}: what begins or ends meanwhile makes no other be missed or told twice.
     *
     * @param after the {@code next} of the page before; empty: from the beginning
     * @param limit at most so many, at least 1
     */
    Page list(ConnectionFilter filter, Optional<Cursor> after, int limit);

    /**
     * Ends connections: their next packets are those of none. Nobody is told with an RST; a client that goes on may be picked
     * up again by a proxy with an {@code :address}.
     *
     * @return how many were ended
     */
    long end(ConnectionFilter filter);
}
