package io.weir.api;

import io.weir.engine.Notice.WeightsNotice;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.Subscription;
import java.util.List;
import java.util.Optional;

/** The listening services. */
public interface Proxies {

    /** Refused with DUPLICATE_NAME, LISTENER_CONFLICT, INVALID_GROUP, UNRESOLVED_NAME or NO_ROOM. */
    void add(Proxy proxy);

    /** New connections stop, established ones go on. Refused with UNKNOWN_PROXY. */
    void remove(String name);

    /** Gives the default group other targets or weights. Refused with UNKNOWN_PROXY, INVALID_GROUP or NO_ROOM. */
    void replaceTargets(String name, Group group);

    /** In the order of the configuration. */
    List<ProxyStatus> list();

    /** With the configured and the effective weight of each target, and the reason for it. */
    Optional<ProxyStatus> find(String name);

    /** Proxies whose targets get other shares from now on. */
    Subscription<WeightsNotice> subscribe(int capacity);
}
