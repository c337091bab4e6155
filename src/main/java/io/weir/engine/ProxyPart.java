package io.weir.engine;

import io.weir.engine.Image.ServiceKey;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Proxy;
import java.util.List;

/**
 * What one proxy comes to. Kept as it is while the proxy is the same object and all it rests on is as it was; else its
 * groups and routes are kept, as far as that holds for them.
 *
 * @param listeners none: its interface does not exist
 * @param fallback the default group
 * @param routes of each source route, in the order of the config
 * @param hasHosts whether any of them names a host
 */
record ProxyPart(
        Proxy proxy,
        int number,
        List<ServiceKey> listeners,
        GroupPart fallback,
        List<RoutePart> routes,
        boolean hasHosts,
        ProxyStatus status) {}
