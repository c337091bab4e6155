package io.weir;

import io.weir.flow.FlowNews;
import io.weir.flow.FlowRecord;
import io.weir.model.Endpoint;
import io.weir.stats.FlowEvent;
import io.weir.stats.FlowStream;
import java.time.Duration;
import java.util.Optional;

/** Tells replication of the flows that open and close here. One whose target is forgotten is found by the next walk. */
record FlowTeller(FlowNews news) implements FlowStream.Observer {

    @Override
    public void seen(FlowEvent event, long nanos) {
        switch (event) {
            case FlowEvent.Opened opened -> record(opened, opened.age()).ifPresent(flow -> news.opened(flow, nanos));
            case FlowEvent.Closed closed ->
                record(closed, closed.duration()).ifPresent(flow -> news.closed(flow, nanos));
        }
    }

    private static Optional<FlowRecord> record(FlowEvent event, Duration age) {
        FlowEvent.Connection connection = event.connection();
        return connection
                .target()
                .map(target -> new FlowRecord(
                        connection.protocol(),
                        connection.client(),
                        connection.vip(),
                        new Endpoint(target.address(), Optional.empty(), target.port()), // as the table has it
                        connection.proxy().orElse(""),
                        age,
                        Duration.ZERO));
    }
}
