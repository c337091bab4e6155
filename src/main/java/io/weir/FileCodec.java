package io.weir;

import io.weir.admin.ConfigCodec;
import io.weir.admin.Refusal;
import io.weir.config.ConfigError;
import io.weir.config.ConfigException;
import io.weir.config.ConfigParts;
import io.weir.config.ConfigTree;
import io.weir.model.Desired;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What is sent to the admin API, by the rules of the configuration file. */
public final class FileCodec implements ConfigCodec {

    @Override
    public Map<String, Object> tree(Desired desired) {
        Map<String, Object> tree = ConfigTree.of(desired);
        tree.computeIfPresent("settings", (_, settings) -> without(settings, "admin-api", "api-key"));
        return tree;
    }

    private static Object without(Object tree, String section, String key) {
        Map<Object, Object> outer = new LinkedHashMap<>((Map<?, ?>) tree);
        Map<Object, Object> inner = new LinkedHashMap<>((Map<?, ?>) outer.getOrDefault(section, Map.of()));
        inner.remove(key);
        outer.put(section, inner);
        return outer;
    }

    @Override
    public Map<String, Object> tree(Proxy proxy) {
        return ConfigTree.of(proxy);
    }

    @Override
    public Map<String, Object> tree(SourceRoute route) {
        return ConfigTree.of(route);
    }

    @Override
    public Proxy proxy(Object tree, Settings settings) {
        return checked(() -> ConfigParts.proxy(tree, settings));
    }

    @Override
    public SourceRoute sourceRoute(Object tree, Settings settings) {
        return checked(() -> ConfigParts.sourceRoute(tree, settings));
    }

    @Override
    public SourceRoute.Source source(String text) {
        return checked(() -> ConfigParts.source(text));
    }

    @Override
    public Group group(Object tree, Settings settings) {
        return checked(() -> ConfigParts.group(tree, settings));
    }

    private static <T> T checked(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ConfigException refused) {
            throw refusal(refused);
        }
    }

    /** With the lines of the file, where there is one. */
    public static Refusal refusal(ConfigException refused) {
        return Refusal.invalid(refused.errors().stream()
                .map(error -> new Refusal.Detail(
                        error.path(), new ConfigError("", error.line(), error.message()).render(refused.fileName())))
                .toList());
    }
}
