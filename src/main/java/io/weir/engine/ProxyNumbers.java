package io.weir.engine;

import io.weir.engine.Image.ServiceKey;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives proxies their numbers. A number follows the listener. It follows the name as long as nothing in the data path has
 * it (the interface was gone, and came back); but a proxy that moves to another listener gets another: its routes, which
 * are found by the number, must not change under the old listener while that still stands.
 */
final class ProxyNumbers {

    private ProxyNumbers() {}

    /** @param holding parts that are as before: they keep their numbers */
    static Map<String, Integer> assign(
            State state, Map<Proxy, ProxyPart> holding, Derivation previous, Evidence evidence) {
        List<Proxy> proxies = state.desired().orElseThrow().proxies();
        Map<String, Integer> numbers = new HashMap<>();
        Set<Integer> claimed = new HashSet<>();
        List<Proxy> fresh = new ArrayList<>();
        for (Proxy proxy : proxies) {
            ProxyPart part = holding.get(proxy);
            if (part == null) {
                fresh.add(proxy);
            } else {
                numbers.put(proxy.name(), part.number());
                claimed.add(part.number());
            }
        }
        for (Proxy proxy : fresh) {
            for (ServiceKey key : serviceKeys(proxy, state)) {
                Image.Service service = previous.image().services().get(key);
                if (service != null && !numbers.containsKey(proxy.name()) && claimed.add(service.proxy())) {
                    numbers.put(proxy.name(), service.proxy());
                }
            }
        }
        int next = previous.ids().nextProxy();
        for (Proxy proxy : fresh) {
            if (!numbers.containsKey(proxy.name())) {
                Integer before = previous.ids().proxies().get(proxy.name());
                boolean free = before != null
                        && (serviceKeys(proxy, state).isEmpty()
                                || !stands(before, previous.image()) && !stands(before, evidence.installed()));
                numbers.put(proxy.name(), before != null && free && claimed.add(before) ? before : next++);
            }
        }
        return numbers;
    }

    private static boolean stands(int number, Image image) {
        return image.services().values().stream().anyMatch(service -> service.proxy() == number)
                || image.routes().keySet().stream().anyMatch(route -> route.proxy() == number);
    }

    static int next(Map<String, Integer> numbers, Ids before) {
        return numbers.values().stream().reduce(before.nextProxy() - 1, Math::max) + 1;
    }

    /** By the VIP, or else by each interface that exists. */
    static List<ServiceKey> serviceKeys(Proxy proxy, State state) {
        List<ServiceKey> keys = new ArrayList<>();
        for (Protocol protocol : new TreeSet<>(proxy.listen().protocols())) {
            int port = proxy.listen().port();
            if (proxy.listen().address().isPresent()) {
                keys.add(new ServiceKey(proxy.listen().address(), 0, port, protocol));
                continue;
            }
            for (String name : proxy.listen().interfaces()) {
                state.links()
                        .map(links -> links.get(name))
                        .ifPresent(link -> keys.add(new ServiceKey(Optional.empty(), link.index(), port, protocol)));
            }
        }
        return keys;
    }
}
