package io.weir.dataplane;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Names of proxies and their numbers in the data path, both ways, as they are at the moment. For one thread. */
final class ProxyNames {

    /** As many as an entry has room for; no proxy gets so far. */
    static final int UNKNOWN = 0xffffff;

    private final Supplier<Map<Integer, String>> current;
    private Map<Integer, String> names = Map.of();
    private Map<String, Integer> numbers = Map.of();

    /** @param current immutable, another one whenever something changed */
    ProxyNames(Supplier<Map<Integer, String>> current) {
        this.current = current;
    }

    /** {@link #UNKNOWN} if there is no such proxy here. */
    int number(String name) {
        refresh();
        return numbers.getOrDefault(name, UNKNOWN);
    }

    /** Empty if there is no such proxy any more. */
    String name(int number) {
        refresh();
        return names.getOrDefault(number, "");
    }

    private void refresh() {
        Map<Integer, String> latest = current.get();
        if (latest != names) {
            Map<String, Integer> inverse = new HashMap<>();
            latest.forEach((number, name) -> inverse.put(name, number));
            names = latest;
            numbers = inverse;
        }
    }
}
