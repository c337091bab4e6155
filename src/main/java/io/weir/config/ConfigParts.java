package io.weir.config;

import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import io.weir.model.Target;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a configuration or a part of it that somebody sends as JSON, by the rules of the file: what {@link ConfigTree} makes
 * of a part is read back to an equal one. Paths in errors begin at the part.
 *
 * <p>Every method throws {@link ConfigException} with everything that is wrong. A tree is made of maps with string keys, lists,
 * strings, numbers, booleans and {@code Optional.empty()} for null.
 */
public final class ConfigParts {

    /** Stands for the targets a part does not have. */
    private static final Group SOMEWHERE = new Group(List.of(Target.of(Endpoint.parse("127.0.0.1:1"))));

    private ConfigParts() {}

    /** A whole configuration. */
    public static ConfigFile file(Object tree) {
        return ConfigFile.read(PlainTree.edn(tree), "");
    }

    /**
     * One item of {@code :proxies}.
     *
     * @param settings whose defaults hold for what it does not say
     */
    public static Proxy proxy(Object tree, Settings settings) {
        Proxy proxy = read(tree, new ProxyReader(settings));
        requireRunnable(proxy, "");
        return proxy;
    }

    /** One item of {@code :source-routes}. */
    public static SourceRoute sourceRoute(Object tree, Settings settings) {
        SourceRoute route = read(tree, new ProxyReader(settings)::sourceRoute);
        requireRunnable(proxyOf(SOMEWHERE, List.of(route)), "source-routes[0]");
        return route;
    }

    /** One target, or a list of them. */
    public static Group group(Object tree, Settings settings) {
        Group group = read(tree, new GroupReader(settings.control().health().defaults()));
        requireRunnable(proxyOf(group, List.of()), "default-target");
        return group;
    }

    /** {@code :rate-limits}. */
    public static RateLimits rateLimits(Object tree) {
        return read(tree, SectionReaders::rateLimits);
    }

    /** A prefix, an address or a host name. */
    public static SourceRoute.Source source(String text) {
        return read(text, SourceReader::read);
    }

    private static <T> T read(Object tree, Kind<T> kind) {
        Findings findings = new Findings();
        Optional<T> read = kind.read(new Value(PlainTree.edn(tree), "", findings));
        if (read.isEmpty() || !findings.errors().isEmpty()) {
            throw new ConfigException("", findings.errors());
        }
        return read.get();
    }

    private static Proxy proxyOf(Group group, List<SourceRoute> routes) {
        Listen listen = new Listen(List.of("any"), 1, Optional.empty(), Set.of(Protocol.TCP));
        return new Proxy("any", listen, group, routes, List.of(), false, Optional.empty());
    }

    /** @param part of the proxy that was sent, empty for all of it */
    private static void requireRunnable(Proxy proxy, String part) {
        try {
            RunConditions.require(new Desired(List.of(proxy), Settings.DEFAULT));
        } catch (ConfigException refused) {
            String place = part.isEmpty() ? "proxies[0]" : Paths.key("proxies[0]", part);
            throw new ConfigException(
                    "",
                    refused.errors().stream()
                            .map(error -> new ConfigError(below(place, error.path()), error.line(), error.message()))
                            .toList());
        }
    }

    private static String below(String place, String path) {
        return path.substring(place.length()).replaceFirst("^\\.", "");
    }
}
