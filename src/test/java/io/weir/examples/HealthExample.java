package io.weir.examples;

import io.weir.LoadBalancer;
import io.weir.api.TargetHealth;
import io.weir.engine.Notice.HealthNotice;
import io.weir.model.Endpoint;
import io.weir.model.Subscription;
import io.weir.policy.HealthTrack;
import io.weir.probe.CheckResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Health: what the checks say, what the operator says, and checks of one's own. */
public final class HealthExample {

    private HealthExample() {}

    /** @param arguments a configuration file, and a proxy and a target of it, whose checks are to fail */
    public static void main(String[] arguments) throws InterruptedException {
        String proxy = arguments[1];
        Endpoint target = Endpoint.parse(arguments[2]);
        try (LoadBalancer lb = StartExample.start(Path.of(arguments[0]))) {
            check(lb, proxy, target).forEach(System.out::println);
            maintain(lb, proxy, target, () -> print(lb, proxy));
            try (Subscription<HealthNotice> changes = lb.health().subscribe(100)) {
                System.out.println("listening");
                await(changes, target, HealthTrack.Status.UNHEALTHY).ifPresent(System.out::println);
            }
            print(lb, proxy);
        }
    }

    /** Waits until the checks say so of a target. */
    private static Optional<HealthNotice> await(
            Subscription<HealthNotice> changes, Endpoint target, HealthTrack.Status status)
            throws InterruptedException {
        Optional<HealthNotice> change = changes.next(Duration.ofSeconds(20));
        while (change.isPresent()
                && !(change.get().target().endpoint().equals(target)
                        && change.get().status() == status)) {
            change = changes.next(Duration.ofSeconds(20));
        }
        return change;
    }

    public static void print(LoadBalancer lb, String proxy) {
        for (TargetHealth target : lb.health().of(proxy)) {
            System.out.println(target.target() + " is " + target.status()
                    + (target.error().isEmpty() ? "" : ": " + target.error()));
        }
        System.out.println("all healthy: " + lb.health().isAllHealthy(proxy));
    }

    /** Takes a target out of service while somebody works on it. */
    public static void maintain(LoadBalancer lb, String proxy, Endpoint target, Runnable work) {
        lb.health().force(proxy, target, false);
        try {
            work.run();
        } finally {
            lb.health().release(proxy, target);
        }
    }

    /** Checks at once, which counts as any check; and twice beside that, which counts for nothing. */
    public static List<CheckResult> check(LoadBalancer lb, String proxy, Endpoint target) {
        Duration timeout = Duration.ofSeconds(2);
        return List.of(
                lb.health().checkNow(proxy, target).toCompletableFuture().join(),
                lb.health().tcp(target, timeout),
                lb.health().http(target, "/health", timeout, List.of(200)));
    }
}
