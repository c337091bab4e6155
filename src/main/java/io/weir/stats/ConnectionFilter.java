package io.weir.stats;

import io.weir.model.Cidr;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.Protocol;
import java.util.Optional;

/**
 * Which connections are meant: those that agree with everything that is said.
 *
 * @param client the network their client is in
 */
public record ConnectionFilter(
        Optional<String> proxy,
        Optional<Endpoint> target,
        Optional<Cidr> client,
        Optional<Protocol> protocol,
        Optional<Flow.State> state) {

    public static final ConnectionFilter ALL = new ConnectionFilter(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    boolean matches(Connections.Entry entry) {
        Flow flow = entry.flow();
        return protocol.filter(wanted -> wanted != flow.protocol()).isEmpty()
                && state.filter(wanted -> wanted != flow.state()).isEmpty()
                && client.filter(wanted -> !wanted.contains(flow.client().address()))
                        .isEmpty()
                && (proxy.isEmpty() || proxy.equals(entry.proxy()))
                && (target.isEmpty() || target.equals(entry.target()));
    }
}
