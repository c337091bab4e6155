package io.weir.api;

import io.weir.stats.ConnectionFilter;
import io.weir.stats.Connections.Page;
import io.weir.stats.Cursor;
import java.util.Optional;

/** @param table the flow table */
record TrackedConnections(io.weir.stats.Connections table) implements Connections {

    @Override
    public long count(ConnectionFilter filter) {
        return table.totals(filter).connections();
    }

    @Override
    public Page list(ConnectionFilter filter, Optional<Cursor> after, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a page of " + limit + " connections: ask for 1 or more");
        }
        return table.page(filter, after, limit);
    }

    @Override
    public long end(ConnectionFilter filter) {
        return table.end(filter);
    }
}
