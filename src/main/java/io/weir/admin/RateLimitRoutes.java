package io.weir.admin;

import io.weir.model.ControlPlane.Rate;
import io.weir.model.ControlPlane.RateLimits;
import java.util.List;
import java.util.Optional;

/** Limits of new connections. */
final class RateLimitRoutes {

    private final Node node;

    RateLimitRoutes(Node node) {
        this.node = node;
    }

    /**
     * @param requestsPerSec new connections a second in the long run
     * @param burst new connections at once
     */
    record RateView(int requestsPerSec, int burst) {

        static RateView of(Rate rate) {
            return new RateView(rate.perSecond(), rate.burst());
        }
    }

    /**
     * @param perSource of each client, IPv6 by /64; null: not limited
     * @param perBackend of each target; null: not limited
     */
    record RateLimitsView(Optional<RateView> perSource, Optional<RateView> perBackend) {}

    List<Route> routes() {
        return List.of(
                Route.get("rate-limits", "Limits of new connections")
                        .answers(Shape.of(RateLimitsView.class))
                        .by(request -> Answer.ok(view())),
                Route.post("rate-limits/source", "Limits the new connections of each client, IPv6 by /64")
                        .takes(Shape.of(RateView.class))
                        .answers(Shape.of(RateLimitsView.class))
                        .by(request -> {
                            node.operations().rateLimits().limitSources(rate(request));
                            return Answer.ok(view());
                        }),
                Route.post("rate-limits/backend", "Limits the new connections to each target")
                        .takes(Shape.of(RateView.class))
                        .answers(Shape.of(RateLimitsView.class))
                        .by(request -> {
                            node.operations().rateLimits().limitTargets(rate(request));
                            return Answer.ok(view());
                        }),
                Route.delete("rate-limits", "Takes all limits of new connections away")
                        .answers(Shape.of(RateLimitsView.class))
                        .by(request -> {
                            node.operations().rateLimits().clear();
                            return Answer.ok(view());
                        }));
    }

    private static Rate rate(Request request) {
        Fields fields = request.fields();
        int perSecond = fields.requiredWhole("requests-per-sec", 1, Rate.MAX);
        int burst = fields.requiredWhole("burst", 1, Rate.MAX);
        fields.close();
        return new Rate(perSecond, burst);
    }

    private RateLimitsView view() {
        RateLimits limits = node.operations().rateLimits().current();
        return new RateLimitsView(
                limits.perSource().map(RateView::of), limits.perTarget().map(RateView::of));
    }
}
