package io.weir.stats;

import io.weir.model.Endpoint;
import io.weir.stats.FlowEvent.Connection;
import io.weir.stats.FlowEvent.Opened;
import java.time.Duration;
import java.util.Optional;

/** What came of a connection or two. */
public final class CannedLatencies {

    private CannedLatencies() {}

    /** Each handshake with the target took so long. */
    public static Latencies of(Endpoint target, Duration... handshakes) {
        Latencies latencies = new Latencies();
        Connection any = Events.connection(1);
        Connection connection =
                new Connection(any.protocol(), any.client(), any.vip(), any.proxy(), Optional.of(target));
        for (Duration handshake : handshakes) {
            latencies.add(new Opened(Events.TIME, connection, Optional.of(handshake)));
        }
        return latencies;
    }
}
