package io.weir.engine;

import io.weir.model.Alignment;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.model.SourceRoute;
import io.weir.model.Target;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which targets have left a configuration: looked for where it differs, as all may be many. */
final class Strays {

    private Strays() {}

    /** Every target that is configured. */
    static Set<ProxyTarget> present(Desired desired, Observed observed) {
        return desired.proxies().stream()
                .flatMap(proxy ->
                        Placement.endpoints(proxy, observed).map(endpoint -> new ProxyTarget(proxy.name(), endpoint)))
                .collect(Collectors.toSet());
    }

    /** Those of before that are not there after. */
    static Set<ProxyTarget> between(Desired before, Desired after, Observed observed) {
        int[] positions = Alignment.of(before.proxies(), after.proxies());
        BitSet kept = kept(positions);
        Map<String, Proxy> changed = new HashMap<>();
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] < 0) {
                changed.put(after.proxies().get(i).name(), after.proxies().get(i));
            }
        }
        Set<ProxyTarget> strays = new HashSet<>();
        for (int i = kept.nextClearBit(0); i < before.proxies().size(); i = kept.nextClearBit(i + 1)) {
            Proxy proxy = before.proxies().get(i);
            Optional<Proxy> now = Optional.ofNullable(changed.get(proxy.name()));
            for (Endpoint endpoint : gone(proxy, now, observed)) {
                strays.add(new ProxyTarget(proxy.name(), endpoint));
            }
        }
        return strays;
    }

    private static Set<Endpoint> gone(Proxy before, Optional<Proxy> after, Observed observed) {
        List<SourceRoute> routes = after.map(Proxy::sourceRoutes).orElse(List.of());
        Set<Endpoint> gone = new HashSet<>();
        if (after.isEmpty() || after.get().defaultGroup() != before.defaultGroup()) {
            addAll(gone, before.defaultGroup(), observed);
        }
        BitSet kept = kept(Alignment.of(before.sourceRoutes(), routes));
        for (int i = kept.nextClearBit(0); i < before.sourceRoutes().size(); i = kept.nextClearBit(i + 1)) {
            addAll(gone, before.sourceRoutes().get(i).group(), observed);
        }
        after.ifPresent(proxy -> removeAll(gone, proxy.defaultGroup(), observed));
        for (int i = 0; i < routes.size() && !gone.isEmpty(); i++) {
            removeAll(gone, routes.get(i).group(), observed);
        }
        return gone;
    }

    private static BitSet kept(int[] positions) {
        BitSet kept = new BitSet();
        for (int position : positions) {
            if (position >= 0) {
                kept.set(position);
            }
        }
        return kept;
    }

    private static void addAll(Set<Endpoint> endpoints, Group group, Observed observed) {
        for (Target target : group.targets()) {
            endpoints.addAll(Placement.endpoints(target, observed));
        }
    }

    private static void removeAll(Set<Endpoint> endpoints, Group group, Observed observed) {
        for (Target target : group.targets()) {
            Placement.endpoints(target, observed).forEach(endpoints::remove);
        }
    }
}
