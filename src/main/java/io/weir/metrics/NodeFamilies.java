package io.weir.metrics;

import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.HookStatus;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.engine.Snapshot.TargetStatus;
import io.weir.model.ControlPlane.Algorithm;
import io.weir.model.Destination;
import io.weir.model.Settings.XdpMode;
import io.weir.model.SourceRoute.Source;
import io.weir.policy.VipRole;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the node is and does, apart from single targets. */
final class NodeFamilies {

    private static final Set<XdpMode> ATTACHED = EnumSet.of(XdpMode.NATIVE, XdpMode.GENERIC, XdpMode.TC);

    private static final List<String> ROLES = List.of("master", "backup", "fault", "stopped");

    private final String version;
    private final Function<String, Optional<Boolean>> resolved;

    private final Reloads reloads;
    private final Supplier<Map<String, VipRole>> vips;

    /** @param resolved whether the last lookup of a host name found addresses; empty: nobody looks it up again */
    NodeFamilies(
            String version,
            Function<String, Optional<Boolean>> resolved,
            Reloads reloads,
            Supplier<Map<String, VipRole>> vips) {
        this.vips = vips;
        this.version = version;
        this.resolved = resolved;
        this.reloads = reloads;
    }

    List<Family> of(Snapshot snapshot) {
        Family up = Family.gauge("lb_up", "Whether the load balancer is running (1=up, 0=down).");
        up.add(1);
        Family info = Family.gauge("lb_info", "Load balancer version information.", "version");
        info.add(1, version);
        Family last = Family.gauge(
                "lb_config_last_reload_successful",
                "Whether the last reload of the configuration was taken (1=yes, or there was none).");
        last.add(reloads.wasLastGood());
        Family at = Family.gauge(
                "lb_config_last_reload_success_timestamp_seconds",
                "When a configuration was taken last, at the start or by a reload.");
        at.add(reloads.lastGoodAt());
        return List.of(up, info, modes(snapshot), algorithm(snapshot), names(snapshot), reloaded(), last, at, vips());
    }

    private Family vips() {
        Family family = Family.gauge(
                "lb_vip_role",
                "Whether the node has this role in a VRRP instance, as keepalived tells it (1=so).",
                "instance",
                "role");
        vips.get()
                .forEach((instance, role) ->
                        ROLES.forEach(word -> family.add(word.equals(role.word()), instance, word)));
        return family;
    }

    private Family reloaded() {
        Family family = Family.counter("lb_config_reloads_total", "Reloads of the configuration.", "result");
        for (Reloads.Result result : Reloads.Result.values()) {
            family.add(reloads.count(result), result.word());
        }
        return family;
    }

    private static Family modes(Snapshot snapshot) {
        Family family = Family.gauge(
                "lb_xdp_mode",
                "How the data path is attached to an interface (1=so; all 0: not attached).",
                "interface",
                "mode");
        for (HookStatus hook : snapshot.hooks()) {
            ATTACHED.forEach(
                    mode -> family.add(hook.attached().equals(Optional.of(mode)), hook.interfaceName(), word(mode)));
        }
        return family;
    }

    private static Family algorithm(Snapshot snapshot) {
        Family family = Family.gauge("lb_algorithm", "How targets are chosen (1=so).", "algorithm");
        snapshot.settings().ifPresent(settings -> {
            Algorithm chosen = settings.control().loadBalancing().algorithm();
            for (Algorithm algorithm : Algorithm.values()) {
                family.add(algorithm == chosen, word(algorithm));
            }
        });
        return family;
    }

    private Family names(Snapshot snapshot) {
        Family family = Family.gauge(
                "lb_dns_resolution_status",
                "Whether the last lookup of a host name found addresses (1=resolved, 0=failed).",
                "proxy_name",
                "hostname");
        for (ProxyStatus status : snapshot.proxies()) {
            TreeMap<String, Boolean> names = new TreeMap<>();
            status.targets().forEach(target -> note(target, names));
            status.routes().forEach(route -> {
                route.targets().forEach(target -> note(target, names));
                if (route.route().source() instanceof Source.Host host) {
                    names.merge(host.name(), !route.prefixes().isEmpty(), Boolean::logicalOr);
                }
            });
            names.forEach((host, known) -> family.add(
                    resolved.apply(host).orElse(known), status.proxy().name(), host));
        }
        return family;
    }

    private static void note(TargetStatus target, TreeMap<String, Boolean> names) {
        if (target.target().destination() instanceof Destination.Named named) {
            names.merge(named.host(), target.endpoint().isPresent(), Boolean::logicalOr);
        }
    }

    /** As the configuration writes it. */
    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
