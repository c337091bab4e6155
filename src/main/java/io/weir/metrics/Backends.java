package io.weir.metrics;

import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.ProxyTarget;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The targets that proxies have at one moment: each once a proxy, in however many of its groups it is. */
record Backends(Map<ProxyTarget, Backend> all) {

    /**
     * @param proxy the number of its proxy
     * @param index its own, 0 while it has none
     */
    record Backend(ProxyStatus status, int proxy, int index) {}

    static Backends of(Snapshot snapshot) {
        Map<ProxyTarget, Backend> all = new TreeMap<>();
        for (ProxyStatus status : snapshot.proxies()) {
            status.allTargets()
                    .forEach(target -> target.endpoint()
                            .ifPresent(endpoint -> all.putIfAbsent(
                                    new ProxyTarget(status.proxy().name(), endpoint),
                                    new Backend(status, status.number(), target.index()))));
        }
        return new Backends(Collections.unmodifiableMap(all));
    }

    /** The values of {@code proxy_name}, {@code target_ip} and {@code target_port}. */
    static String[] labels(ProxyTarget target) {
        return new String[] {
            target.proxy(),
            target.endpoint().scopedAddress(),
            Integer.toString(target.endpoint().port())
        };
    }
}
