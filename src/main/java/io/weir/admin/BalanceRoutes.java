package io.weir.admin;

import io.weir.model.ControlPlane.Algorithm;
import io.weir.model.ControlPlane.LoadBalancing;
import java.util.List;

/** How targets are chosen, and whether connections are counted. */
final class BalanceRoutes {

    private final Node node;

    BalanceRoutes(Node node) {
        this.node = node;
    }

    /** @param weighted whether least-connections multiplies by the configured weight */
    record LoadBalancingView(Algorithm algorithm, boolean weighted, long updateIntervalMs) {}

    /** @param enabled whether flow events and totals of each connection are kept */
    record StatisticsView(boolean enabled) {}

    List<Route> routes() {
        return List.of(
                Route.get("lb", "How targets are chosen")
                        .answers(Shape.of(LoadBalancingView.class))
                        .by(request -> Answer.ok(view())),
                Route.post("lb/update", "Count connections and work out weights by them now, with least connections")
                        .answers(Shape.of(LoadBalancingView.class))
                        .by(this::update),
                Route.put("statistics", "Keep statistics of every connection, or stop it")
                        .takes(Shape.of(StatisticsView.class))
                        .answers(Shape.of(StatisticsView.class))
                        .by(this::enable));
    }

    private LoadBalancingView view() {
        LoadBalancing balancing = ProxyRoutes.settings(node).control().loadBalancing();
        return new LoadBalancingView(
                balancing.algorithm(),
                balancing.weighted(),
                balancing.updateInterval().toMillis());
    }

    private Answer update(Request request) {
        node.operations().rebalance();
        return Answer.ok(view());
    }

    private Answer enable(Request request) {
        Fields fields = request.fields();
        boolean enabled = fields.flag("enabled");
        fields.close();
        node.operations().enableStatistics(enabled);
        return Answer.ok(new StatisticsView(enabled));
    }
}
