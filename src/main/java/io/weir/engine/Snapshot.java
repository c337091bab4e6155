package io.weir.engine;

import io.weir.model.Cidr;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import io.weir.model.Target;
import io.weir.policy.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What status and the command line read: one moment of the engine, immutable.
 *
 * @param generation raised with each snapshot
 * @param synchronised whether the data path holds all that is wanted
 * @param settings empty before the first configuration
 * @param proxies in the order of the configuration
 * @param hooks by interface name
 * @param targets every index the data path may still name, also of targets that are gone and still carry connections
 * @param proxyNames by the number the data path counts under
 * @param conditions what is known of single targets beyond the configuration
 * @param lastError what went wrong last and has not come right since
 * @param errors all that went wrong since the start
 * @param refusals commands that were refused since the start
 */
public record Snapshot(
        long generation,
        boolean synchronised,
        Optional<Settings> settings,
        List<ProxyStatus> proxies,
        List<HookStatus> hooks,
        Map<Integer, Endpoint> targets,
        Map<Integer, String> proxyNames,
        Conditions conditions,
        Optional<String> lastError,
        long errors,
        long refusals) {

    static final Snapshot NONE = new Snapshot(
            0,
            false,
            Optional.empty(),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            Conditions.NONE,
            Optional.empty(),
            0,
            0);

    /**
     * @param number the data path's
     * @param targets of the default group
     */
    public record ProxyStatus(Proxy proxy, int number, List<TargetStatus> targets, List<RouteStatus> routes) {

        /** Whether all targets have the shares they have in the other. */
        boolean hasWeightsOf(ProxyStatus other) {
            return this == other || weights().equals(other.weights());
        }

        private List<Integer> weights() {
            return allTargets().map(TargetStatus::weight).toList();
        }

        /** Of the default group, then of the routes. */
        public Stream<TargetStatus> allTargets() {
            return Stream.concat(targets.stream(), routes.stream().flatMap(route -> route.targets().stream()));
        }

        /** Where its targets are, each once. */
        public Stream<Endpoint> endpoints() {
            return allTargets().flatMap(target -> target.endpoint().stream()).distinct();
        }
    }

    /** @param prefixes several when the route names a host with several addresses */
    public record RouteStatus(SourceRoute route, List<Cidr> prefixes, List<TargetStatus> targets) {}

    /**
     * @param endpoint empty while its name has no address
     * @param index the data path's, 0 while it has none
     * @param weight the effective one
     */
    public record TargetStatus(
            Target target, Optional<Endpoint> endpoint, int index, int weight, Weights.Reason reason) {}

    /**
     * @param purposes why it is wanted
     * @param index the interface's, 0 while it does not exist
     * @param attached how the data path is attached; empty: it is not
     * @param why one sentence: why this mode, or why it is not attached
     */
    public record HookStatus(
            String interfaceName, Set<Purpose> purposes, int index, Optional<Settings.XdpMode> attached, String why) {}

    /** Why the data path should be attached to an interface. */
    public enum Purpose {
        /** A listener names it. */
        LISTEN,
        /** Replies of targets come in there. */
        REPLY,
        /** The operator attached it. */
        OPERATOR
    }

    /** Whether these stand for the same proxies: most snapshots differ in counts only, and share what stands for each of them. */
    public boolean hasProxiesOf(List<ProxyStatus> others) {
        if (proxies.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < proxies.size(); i++) {
            if (proxies.get(i) != others.get(i)) {
                return false;
            }
        }
        return true;
    }

    /** What is configured: what was applied, with all changes since. Empty before the first configuration. */
    public Optional<Desired> desired() {
        return settings.map(
                known -> new Desired(proxies.stream().map(ProxyStatus::proxy).toList(), known));
    }

    public Optional<ProxyStatus> proxy(String name) {
        return proxies.stream()
                .filter(status -> status.proxy().name().equals(name))
                .findFirst();
    }
}
