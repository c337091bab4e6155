package io.weir.api;

import io.weir.model.Feed;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.model.Subscription;
import io.weir.probe.CheckResult;
import io.weir.probe.HealthProber;
import io.weir.probe.NameStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Who checks the targets and follows the names of a node. What has a default is that of a node where nobody does. */
@FunctionalInterface
public interface Probes {

    /** The addresses of a host name now; may wait for a DNS server. None: no address is known. */
    List<IpAddress> resolve(String host);

    /** All targets that are checked. */
    default Map<ProxyTarget, HealthProber.Standing> standings() {
        return Map.of();
    }

    /** Other nodes that check a target instead of this one. */
    default Set<NodeId> checkedBy(ProxyTarget target) {
        return Set.of();
    }

    /** Checks out of turn, also what other nodes check; empty if the target is not checked at all. */
    default Optional<CompletionStage<CheckResult>> checkNow(ProxyTarget target) {
        return Optional.empty();
    }

    /** All names of targets, in order. */
    default Collection<NameStatus> names() {
        return List.of();
    }

    /** Resolves out of turn; empty if no target has the name. */
    default Optional<CompletionStage<NameStatus>> resolveNow(String host) {
        return Optional.empty();
    }

    /** Every lookup that ends from now on. */
    default Subscription<NameStatus> subscribe(int capacity) {
        return new Feed<NameStatus>().subscribe(capacity);
    }
}
