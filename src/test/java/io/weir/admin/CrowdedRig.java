package io.weir.admin;

import io.weir.engine.Event.CircuitAction;
import io.weir.engine.Event.ForceCircuit;
import io.weir.engine.Event.ForceHealth;
import io.weir.engine.Event.HealthChanged;
import io.weir.engine.Event.HealthChanged.Checked;
import io.weir.engine.Event.StartDrain;
import io.weir.engine.Snapshot;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack.Status;
import io.weir.stats.DataPathCounts.Connections;
import io.weir.stats.DataPathCounts.Place;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A node with a thousand targets in five proxies, some of them out for every reason there is, under traffic. */
final class CrowdedRig implements AutoCloseable {

    static final int PROXIES = 5;
    static final int EACH = 200;

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    final Rig rig = new Rig(Rig.OPEN, config());
    private final Random random = new Random(1);
    private final Thread traffic;
    private volatile boolean ended;

    CrowdedRig() {
        Map<ProxyTarget, Optional<Checked>> checked = new HashMap<>();
        for (int proxy = 1; proxy <= PROXIES; proxy++) {
            for (int number = 1; number <= EACH; number++) {
                checked.put(
                        target(proxy, number),
                        Optional.of(
                                proxy == 2 && number <= 40
                                        ? new Checked(Status.UNHEALTHY, "connection refused")
                                        : proxy == 3 && number == 7
                                                ? new Checked(
                                                        Status.UNHEALTHY, "HTTP 503, expected 200, 201, 202 or 204")
                                                : new Checked(Status.HEALTHY, "")));
            }
        }
        rig.engine.tell(new HealthChanged(checked));
        rig.engine.submit(drain(1, 3)).join();
        rig.engine.submit(drain(4, 18)).join();
        rig.engine
                .submit(new ForceHealth("p4", target(4, 19).endpoint(), Optional.of(false)))
                .join();
        rig.engine
                .submit(new ForceCircuit(Optional.of("p5"), target(5, 2).endpoint(), CircuitAction.OPEN))
                .join();
        count();
        traffic = Thread.ofVirtual().start(this::flow);
    }

    private static StartDrain drain(int proxy, int number) {
        return new StartDrain(
                Optional.of("p" + proxy), target(proxy, number).endpoint(), Optional.of(Duration.ofMinutes(5)));
    }

    static ProxyTarget target(int proxy, int number) {
        return new ProxyTarget("p" + proxy, Endpoint.of("10.1." + proxy + "." + number, 8080));
    }

    private static String config() {
        String proxies = IntStream.rangeClosed(1, PROXIES)
                .mapToObj(proxy -> "{:name \"p" + proxy
                        + "\" :listen {:interfaces [\"eth0\"] :address \"192.0.2.80\" :port " + (8000 + proxy)
                        + "} :default-target ["
                        + IntStream.rangeClosed(1, EACH)
                                .mapToObj(number -> "{:ip \"10.1." + proxy + "." + number + "\" :port 8080 :weight 10}")
                                .collect(Collectors.joining(" "))
                        + "]}")
                .collect(Collectors.joining(" "));
        return "{:proxies [" + proxies + "] :settings {:recovery-step-sec 3600}}";
    }

    private void flow() {
        while (!ended) {
            count();
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    private void count() {
        Snapshot snapshot = rig.operations.status();
        for (Snapshot.ProxyStatus proxy : snapshot.proxies()) {
            for (Snapshot.TargetStatus target : proxy.targets()) {
                if (target.weight() > 0) {
                    Place place = new Place(proxy.number(), target.index());
                    long opened = random.nextInt(3)
                            + Optional.ofNullable(rig.counted.connections.get(place))
                                    .map(Connections::opened)
                                    .orElse(0L);
                    rig.counted.connect(place.proxy(), place.target(), opened, 20);
                    rig.counted.put(target.index(), 20 + random.nextInt(9), opened * 12);
                }
            }
        }
    }

    @Override
    public void close() {
        ended = true;
        try {
            traffic.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        rig.close();
    }
}
