package io.weir.config;

import io.weir.model.Change;
import io.weir.model.Desired;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two configurations, value by value under the keys of the file. Proxies, routes and targets are told
 * apart by what they are called, so that one more at the front is one change; their order is none.
 */
public final class Changes {

    private static final String ADMIN = "settings.admin-api";
    private static final String CLUSTER = "settings.cluster";

    /** What is laid out, opened or read once, when weir starts. */
    private static final Set<String> AT_START = Set.of(
            "settings.pin-path", "settings.max-connections", "settings.route-localnet", "settings.dns-cache-path");

    /**
     * Whoever calls through the admin API would be cut off by a change of where it listens; keys and certificates do not
     * count.
     */
    private static final Set<String> OF_ADMIN_LISTENER =
            Set.of(ADMIN + ".enabled", ADMIN + ".bind", ADMIN + ".port", ADMIN + ".tls");

    /** What a node among peers takes at once; a keyring where there was none, or none any more, splits a cluster. */
    private static final Set<String> LIVE = Set.of(
            CLUSTER + ".seeds",
            CLUSTER + ".health-check-share",
            CLUSTER + ".sync-health",
            CLUSTER + ".sync-circuit-breaker",
            CLUSTER + ".sync-drain");

    private static final String KEYRING = CLUSTER + ".keyring-file";

    private static final Set<String> SECRETS = Set.of(ADMIN + ".api-key");

    private final boolean hasAdmin;
    private final boolean hasCluster;
    private final List<Change> found = new ArrayList<>();

    private Changes(boolean hasAdmin, boolean hasCluster) {
        this.hasAdmin = hasAdmin;
        this.hasCluster = hasCluster;
    }

    /** In the order of the later one. */
    public static List<Change> between(Desired before, Desired after) {
        Changes changes = new Changes(
                before.settings().control().adminApi().enabled()
                        || after.settings().control().adminApi().enabled(),
                before.settings().control().cluster().enabled()
                        || after.settings().control().cluster().enabled());
        changes.compare("", ConfigTree.of(before), ConfigTree.of(after));
        return List.copyOf(changes.found);
    }

    private void compare(String path, @Nullable Object before, @Nullable Object after) {
        if (Objects.equals(before, after)) {
            return;
        }
        if (before instanceof Map<?, ?> old && after instanceof Map<?, ?> young) {
            both(old, young).forEach(key -> compare(Paths.key(path, key), old.get(key), young.get(key)));
        } else if (named(before).isPresent() && named(after).isPresent()) {
            Map<String, Object> old = named(before).get();
            Map<String, Object> young = named(after).get();
            both(old, young).forEach(name -> compare(path + "[" + name + "]", old.get(name), young.get(name)));
        } else {
            boolean isLive = LIVE.contains(path) || path.equals(KEYRING) && before != null && after != null;
            found.add(new Change(path, text(path, before), text(path, after), !isLive && needsRestart(path)));
        }
    }

    /** All keys, in the order of the later map. */
    private static Set<String> both(Map<?, ?> before, Map<?, ?> after) {
        Set<String> keys = new LinkedHashSet<>();
        after.keySet().forEach(key -> keys.add(String.valueOf(key)));
        before.keySet().forEach(key -> keys.add(String.valueOf(key)));
        return keys;
    }

    /** The elements of a list of proxies, routes or targets by what they are called; empty for anything else. */
    private static Optional<Map<String, Object>> named(@Nullable Object value) {
        if (!(value instanceof List<?> list) || !list.stream().allMatch(item -> item instanceof Map<?, ?>)) {
            return Optional.empty();
        }
        return Optional.of(list.stream()
                .collect(Collectors.toMap(
                        item -> name((Map<?, ?>) item), item -> item, (one, other) -> one, LinkedHashMap::new)));
    }

    private static String name(Map<?, ?> item) {
        for (String key : List.of("name", "source", "sni-hostname")) {
            if (item.get(key) instanceof String name) {
                return name;
            }
        }
        String place = String.valueOf(item.containsKey("ip") ? item.get("ip") : item.get("host"));
        return (place.contains(":") ? "[" + place + "]" : place) + ":" + item.get("port");
    }

    private static Optional<String> text(String path, @Nullable Object value) {
        return Optional.ofNullable(value).map(written -> SECRETS.contains(path) ? "***" : ConfigText.line(written));
    }

    private boolean needsRestart(String path) {
        return AT_START.contains(path)
                || hasAdmin && OF_ADMIN_LISTENER.contains(path)
                || hasCluster && (path.equals(CLUSTER) || path.startsWith(CLUSTER + "."));
    }
}
