package io.weir.metrics;

import io.weir.engine.Conditions;
import io.weir.engine.HealthStatus;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.HookStatus;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.engine.Snapshot.Purpose;
import io.weir.engine.Snapshot.TargetStatus;
import io.weir.model.CircuitBreaker;
import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.model.Target;
import io.weir.policy.Circuit;
import io.weir.policy.HealthTrack.Status;
import io.weir.policy.Weights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An engine's snapshots, put together by hand. */
public final class Snapshots {

    /** Interface names may have quotes and backslashes; a line break stands for what nobody thought of. */
    static final String HOSTILE = "e\"t\\h\n0";

    private final List<ProxyStatus> proxies = new ArrayList<>();
    private final Map<Integer, Endpoint> targets = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private Conditions conditions = conditions(Map.of(), Map.of(), Map.of());

    /** @param targets with the indices from this one on */
    public Snapshots proxy(int number, String name, int firstIndex, Endpoint... targets) {
        List<Target> group = new ArrayList<>();
        List<TargetStatus> statuses = new ArrayList<>();
        for (int i = 0; i < targets.length; i++) {
            Target target = Target.of(targets[i], 1);
            group.add(target);
            statuses.add(status(target, Optional.of(targets[i]), firstIndex + i));
            this.targets.put(firstIndex + i, targets[i]);
        }
        add(number, name, new Group(group), statuses);
        return this;
    }

    Snapshots proxyByName(int number, String name, String host) {
        Target target = new Target(new Destination.Named(host, 80, Duration.ofSeconds(30)), 100, Optional.empty());
        add(number, name, new Group(List.of(target)), List.of(status(target, Optional.empty(), 0)));
        return this;
    }

    private void add(int number, String name, Group group, List<TargetStatus> statuses) {
        Listen listen = new Listen(List.of("eth0"), 80, Optional.empty(), Set.of(Protocol.TCP));
        Proxy proxy = new Proxy(
                name, listen, group, List.of(), List.of(), false, Optional.of(breaker(name.equals("guarded"))));
        proxies.add(new ProxyStatus(proxy, number, statuses, List.of()));
        names.put(number, name);
    }

    private static CircuitBreaker breaker(boolean enabled) {
        CircuitBreaker all = CircuitBreaker.DEFAULT;
        return new CircuitBreaker(
                enabled,
                all.errorThreshold(),
                all.errorRateThreshold(),
                all.halfOpenRequests(),
                all.resetTimeout(),
                all.minRequests(),
                all.window());
    }

    private static TargetStatus status(Target target, Optional<Endpoint> endpoint, int index) {
        return new TargetStatus(target, endpoint, index, 1, new Weights.Reason.Configured());
    }

    /** Still carries connections. */
    Snapshots left(int index, Endpoint target) {
        targets.put(index, target);
        return this;
    }

    Snapshots conditions(Map<ProxyTarget, Status> health, Map<ProxyTarget, Boolean> forced) {
        conditions = conditions(health, forced, conditions.circuits());
        return this;
    }

    Snapshots circuits(Map<ProxyTarget, Circuit> circuits) {
        conditions = conditions(Map.of(), Map.of(), circuits);
        return this;
    }

    private static Conditions conditions(
            Map<ProxyTarget, Status> health, Map<ProxyTarget, Boolean> forced, Map<ProxyTarget, Circuit> circuits) {
        Map<ProxyTarget, HealthStatus> checked = new HashMap<>();
        health.forEach((target, status) -> checked.put(target, new HealthStatus(status, "", 0)));
        return new Conditions(checked, forced, circuits, Map.of(), Map.of(), Map.of(), Map.of());
    }

    public Snapshot done() {
        return new Snapshot(
                1,
                true,
                Optional.of(Settings.DEFAULT),
                proxies,
                List.of(
                        new HookStatus("eth0", Set.of(Purpose.LISTEN), 2, Optional.of(XdpMode.TC), ""),
                        new HookStatus(HOSTILE, Set.of(Purpose.REPLY), 3, Optional.empty(), "")),
                Map.copyOf(targets),
                names,
                conditions,
                Optional.empty(),
                0,
                0);
    }
}
