package io.weir.cluster.facts;

import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import java.util.Map;
import java.util.Set;

/** What has this node's own checks made. Told in the course of a call to the exchange; must not wait. */
public interface Checks {

    /** Nothing is checked. */
    Checks NONE = new Checks() {
        @Override
        public void checkAnew(Set<ProxyTarget> targets) {}

        @Override
        public void checkedElsewhere(Map<ProxyTarget, Set<NodeId>> targets) {}
    };

    /** Who called these targets unhealthy cannot say otherwise any more: whether they still are is found out here. */
    void checkAnew(Set<ProxyTarget> targets);

    /** All targets that other nodes check instead of this one, with who does. */
    void checkedElsewhere(Map<ProxyTarget, Set<NodeId>> targets);
}
