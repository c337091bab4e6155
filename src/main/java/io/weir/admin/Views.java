package io.weir.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.engine.Snapshot.HookStatus;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.engine.Snapshot.Purpose;
import io.weir.engine.Snapshot.RouteStatus;
import io.weir.engine.Snapshot.TargetStatus;
import io.weir.model.Settings.XdpMode;
import java.util.List;
import java.util.Optional;

/** Proxies and what belongs to them, as JSON. */
final class Views {

    private final ConfigCodec codec;

    Views(ConfigCodec codec) {
        this.codec = codec;
    }

    /**
     * @param targetId address or name and port, as configured
     * @param address where it is; null while its name has no address
     * @param weight the configured one
     * @param effectiveWeight its share of new connections now
     * @param reason why that is so
     */
    record TargetView(String targetId, Optional<String> address, int weight, int effectiveWeight, String reason) {}

    /**
     * @param config as it can be posted
     * @param prefixes several when the source is a host name with several addresses
     */
    record SourceRouteView(
            String source,
            @ConfigShape("SourceRoute") JsonNode config,
            List<String> prefixes,
            List<TargetView> targets) {}

    /**
     * @param config as it can be posted
     * @param targets of the default target
     */
    record ProxyView(
            String name,
            @ConfigShape("Proxy") JsonNode config,
            List<TargetView> targets,
            List<SourceRouteView> sourceRoutes) {}

    /**
     * @param mode how the data path is attached; null: it is not
     * @param why one sentence
     */
    record InterfaceView(String name, Optional<XdpMode> mode, String why, List<Purpose> purposes) {}

    ProxyView of(ProxyStatus status) {
        return new ProxyView(
                status.proxy().name(),
                Json.node(codec.tree(status.proxy())),
                targets(status.targets()),
                status.routes().stream().map(this::of).toList());
    }

    SourceRouteView of(RouteStatus status) {
        return new SourceRouteView(
                status.route().source().text(),
                Json.node(codec.tree(status.route())),
                status.prefixes().stream().map(Object::toString).toList(),
                targets(status.targets()));
    }

    static List<TargetView> targets(List<TargetStatus> targets) {
        return targets.stream()
                .map(status -> new TargetView(
                        status.target().destination().text(),
                        status.endpoint().map(Object::toString),
                        status.target().weight(),
                        status.weight(),
                        status.reason().text()))
                .toList();
    }

    static InterfaceView of(HookStatus hook) {
        return new InterfaceView(
                hook.interfaceName(),
                hook.attached(),
                hook.why(),
                hook.purposes().stream().sorted().toList());
    }
}
