package io.weir;

import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Endpoint;
import io.weir.model.HealthCheck;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.probe.Probe;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks that go to where a proxy of this node listens: what leaves this host for its own VIP does not pass the data path as a
 * client's packets do, so they find the host itself, or nobody.
 */
final class OwnListeners {

    private final Map<Endpoint, String> proxies = new HashMap<>();

    OwnListeners(List<ProxyStatus> statuses) {
        for (ProxyStatus status : statuses) {
            Proxy proxy = status.proxy();
            if (proxy.listen().protocols().contains(Protocol.TCP)) {
                proxy.listen()
                        .address()
                        .ifPresent(vip -> proxies.put(
                                new Endpoint(
                                        vip, Optional.empty(), proxy.listen().port()),
                                proxy.name()));
            }
        }
    }

    /** What to say of the check of a target; empty: nothing. */
    Optional<String> warning(ProxyTarget target, Probe probe) {
        return Optional.ofNullable(proxies.get(probe.place()))
                .filter(_ -> probe.check().type() != HealthCheck.Type.NONE)
                .map(proxy -> target + ": its checks go to " + probe.place() + ", where proxy " + proxy
                        + " of this node listens: they do not pass the data path, and find this host itself, or nobody;"
                        + " set another target, another :port of its :health-check, or :type :none");
    }
}
