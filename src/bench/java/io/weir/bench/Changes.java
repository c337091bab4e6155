package io.weir.bench;

import io.weir.bench.AdminCalls.Call;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** From an operator's call to the map that packets are looked up in. */
final class Changes implements Part {

    private static final int CONNECTIONS = 100_000;

    /** Changes of each kind before those that are measured, and so many that are for each round of the effort. */
    private static final int WARM = 10;

    private static final int EACH = 6;

    /** How often the maps are looked at while an answer is awaited, and how long at most. */
    private static final long LOOK_NANOS = 50_000;

    private static final long PATIENCE_NANOS = 10_000_000_000L;

    @Override
    public String name() {
        return "change";
    }

    @Override
    public String method() {
        return LargeConfig.PROXIES + " proxies, one of them with " + LargeConfig.ROUTES + " source routes and a group of "
                + LargeConfig.TARGETS + " targets, whose changes of all kinds come in turns. By the Java API: until the call"
                + " returns; the map is looked at then, and must have it. By the admin API of a process with the program's own"
                + " JVM options: from the request until the map has it, which is looked at "
                + Numbers.text(1e9 / LOOK_NANOS / 1e3) + " times a millisecond.";
    }

    /** Does a change and says how many milliseconds it took until the data path had it. */
    private interface Timed<C> {
        double millis(C change, Supplier<Object> seen, int i) throws Exception;
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        ChangeKinds kinds = new ChangeKinds();
        try (Router router = new Router()) {
            router.in(Router.BALANCER, "ip link set lo up");
            router.inside(Router.BALANCER, () -> {
                try (PinnedWeir weir = new PinnedWeir(LargeConfig.large(), CONNECTIONS);
                        Witness witness = new Witness(weir.pins())) {
                    measure("Java API", kinds.byJava(weir.loadBalancer(), witness), Changes::call, effort, rows);
                }
                byAdminApi(router, kinds, effort, rows);
                return true;
            });
        }
    }

    private static void byAdminApi(Router router, ChangeKinds kinds, Effort effort, Consumer<Row> rows) throws Exception {
        try (WeirProcess weir = new WeirProcess(
                        router.path(Router.BALANCER),
                        "change",
                        LargeConfig.large(),
                        ":xdp-mode :native :admin-api {:enabled true} :max-connections " + CONNECTIONS);
                Witness witness = new Witness(weir.pins());
                AdminCalls calls = new AdminCalls()) {
            List<Double> answered = new ArrayList<>();
            measure(
                    "admin API",
                    kinds.byAdminApi(witness),
                    (change, seen, i) -> request(calls, change.apply(i), seen, answered),
                    effort,
                    rows);
            Samples all = samples(answered);
            rows.accept(Row.of("all by admin API, until answered", "ms", Map.of("weir", all)).noting(tail(all)));
            rows.accept(Row.of("resident after that", "MB", "weir", weir.residentMegabytes()));
        }
    }

    private static <C> void measure(
            String by, List<ChangeKinds.Kind<C>> kinds, Timed<C> timed, Effort effort, Consumer<Row> rows) throws Exception {
        Map<String, List<Double>> millis = new LinkedHashMap<>();
        for (int i = -WARM; i < EACH * effort.rounds(); i++) {
            for (ChangeKinds.Kind<C> kind : kinds) {
                double took = timed.millis(kind.change(), kind.seen(), i + WARM);
                if (i >= 0) {
                    millis.computeIfAbsent(kind.name(), _ -> new ArrayList<>()).add(took);
                }
            }
        }
        millis.forEach((kind, each) -> {
            Samples samples = samples(each);
            rows.accept(Row.of(kind + ", by " + by, "ms", Map.of("weir", samples)).noting(tail(samples)));
        });
        Samples all = samples(millis.values().stream().flatMap(List::stream).toList());
        rows.accept(Row.of(all.values().length + " changes by " + by, "ms", Map.of("weir", all))
                .with(Goal.atMost("p99", all.quantile(0.99), 10))
                .noting(tail(all)));
    }

    private static String tail(Samples samples) {
        return "p99 " + Numbers.text(samples.quantile(0.99)) + ", max " + Numbers.text(samples.max());
    }

    private static Samples samples(List<Double> values) {
        return new Samples(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double call(IntConsumer change, Supplier<Object> seen, int i) {
        Object before = seen.get();
        long start = System.nanoTime();
        change.accept(i);
        double millis = (System.nanoTime() - start) / 1e6;
        if (seen.get().equals(before)) {
            throw new IllegalStateException("a call returned before the data path had its change");
        }
        return millis;
    }

    private static double request(AdminCalls calls, Call call, Supplier<Object> seen, List<Double> answered)
            throws IOException {
        Object before = seen.get();
        long start = System.nanoTime();
        CompletableFuture<HttpResponse<String>> answer = calls.send(call);
        while (seen.get().equals(before)) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IOException("the data path has not got it: " + AdminCalls.require(call, answer.join()));
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        double millis = (System.nanoTime() - start) / 1e6;
        AdminCalls.require(call, answer.join());
        answered.add((System.nanoTime() - start) / 1e6);
        return millis;
    }
}
