package io.weir;

import io.weir.libbpf.Interfaces;
import io.weir.libbpf.RoutingTable;
import io.weir.model.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What the kernel says of this host's network when it is asked. Either may fail for a moment. */
interface HostView {

    /** The indices of all interfaces, by name. */
    Map<String, Integer> interfaces();

    /** By which interface each target is reached; one that is not reached is absent. */
    Map<Endpoint, String> paths(Set<Endpoint> targets);

    /** Of the calling thread's network namespace. */
    static HostView ofKernel() {
        return new HostView() {
            @Override
            public Map<String, Integer> interfaces() {
                return Interfaces.all();
            }

            @Override
            public Map<Endpoint, String> paths(Set<Endpoint> targets) {
                Map<Endpoint, String> paths = new HashMap<>();
                try (RoutingTable table = new RoutingTable()) {
                    for (Endpoint target : targets) {
                        table.interfaceTo(target.address().bytes()).stream()
                                .mapToObj(Interfaces::name)
                                .forEach(name -> name.ifPresent(found -> paths.put(target, found)));
                    }
                }
                // A link-local address says itself where it is.
                targets.forEach(target -> target.zone().ifPresent(zone -> paths.put(target, zone)));
                return paths;
            }
        };
    }
}
