package io.weir.bench;

import io.weir.LoadBalancer;
import io.weir.dataplane.MapShape;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfProgram;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.SourceRoute;
import io.weir.policy.Maglev;
import io.weir.policy.TableSize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** How costs grow: with proxies, routes, targets and flows. */
final class Scale implements Part {

    private static final int CONNECTIONS = 1_000_000;
    private static final List<Integer> FLOWS = List.of(1 << 10, 1 << 17);

    private static final int SMALL = 1;
    private static final int LARGE = 2;
    private static final int XDP_REDIRECT = 4;

    private static final String ONE = "1 proxy";
    private static final String MANY = "large";

    /** Changes made before those that are measured. */
    private static final int WARM = 30;

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String method() {
        return "'large': " + LargeConfig.PROXIES + " proxies, one of them with " + LargeConfig.ROUTES
                + " source routes and a group of " + LargeConfig.TARGETS + " targets, tables for " + CONNECTIONS
                + " connections, run by the node itself. Changes: from the call of the Java API until the data path has it.";
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        rebuild(effort, rows);
        try (Router router = new Router()) {
            start(router, effort, rows, ONE, LargeConfig.one(), true);
            start(router, effort, rows, MANY, LargeConfig.large(), false);
            router.inside(Router.BALANCER, () -> {
                try (Driver driver = new Driver();
                        WeirTables small = new WeirTables(CONNECTIONS, router.wire(driver));
                        PinnedWeir large = new PinnedWeir(LargeConfig.large(), CONNECTIONS)) {
                    changes(large, effort, rows);
                    packets(driver, small, large, effort, rows);
                    sweep(small, effort, rows);
                }
                return true;
            });
        }
    }

    private static void rebuild(Effort effort, Consumer<Row> rows) {
        List<Endpoint> targets = IntStream.range(0, LargeConfig.TARGETS)
                .mapToObj(i -> new Endpoint(
                        IpAddress.parse("172.20." + i / 200 + "." + (1 + i % 200)), Optional.empty(), 8080))
                .toList();
        int[] weights = IntStream.generate(() -> 1).limit(targets.size()).toArray();
        int size = TableSize.choices(weights).getFirst();
        double[] millis = timed(effort.rounds(), i -> {
            weights[i % weights.length] = 2 + i % 3;
            Maglev.slots(targets, weights, size);
        });
        Row row = Row.of("table of " + targets.size() + " targets, " + size + " slots", "ms", "weir", millis);
        rows.accept(row.with(Goal.atMost("weir", row.median("weir"), 20)));
    }

    private static void start(
            Router router, Effort effort, Consumer<Row> rows, String name, String proxies, boolean goals) {
        double[] seconds = new double[effort.bulkRounds()];
        double[] megabytes = new double[effort.bulkRounds()];
        // The first one fills the page cache and is left out.
        for (int round = -1; round < effort.bulkRounds(); round++) {
            try (WeirProcess weir = new WeirProcess(
                    router.path(Router.BALANCER), "start", proxies, ":xdp-mode :native :max-connections 100000")) {
                if (round >= 0) {
                    seconds[round] = weir.startSeconds();
                    megabytes[round] = weir.residentMegabytes();
                }
            }
        }
        Row start = Row.of("start to forwarding, " + name, "s", "weir run", seconds);
        Row resident = Row.of("resident, " + name, "MB", "weir run", megabytes);
        rows.accept(goals ? start.with(Goal.atMost("weir run", start.median("weir run"), 4)) : start);
        rows.accept(goals ? resident.with(Goal.atMost("weir run", resident.median("weir run"), 160)) : resident);
    }

    private static void changes(PinnedWeir large, Effort effort, Consumer<Row> rows) {
        LoadBalancer balancer = large.loadBalancer();
        Group[] single = IntStream.range(0, 2)
                .mapToObj(seed -> group(large, "[" + LargeConfig.small(7, 100 + seed) + "]"))
                .toArray(Group[]::new);
        change(rows, effort, "change of a proxy's target", true, i ->
                balancer.proxies().replaceTargets(LargeConfig.name(7), single[i % 2]));
        SourceRoute route = large.parse(LargeConfig.large(), CONNECTIONS).proxies().getFirst().sourceRoutes().getFirst();
        change(rows, effort, "a source route removed or added", true, i -> {
            if (i % 2 == 0) {
                balancer.routes(LargeConfig.MAIN).remove(route.source());
            } else {
                balancer.routes(LargeConfig.MAIN).add(route);
            }
        });
        Group[] big = IntStream.range(0, 2)
                .mapToObj(seed -> group(large, LargeConfig.large().replace(LargeConfig.targets(1), LargeConfig.targets(2 + seed))))
                .toArray(Group[]::new);
        change(rows, effort, "change of a weight among " + LargeConfig.TARGETS + " targets", false, i ->
                balancer.proxies().replaceTargets(LargeConfig.MAIN, big[i % 2]));
    }

    private static Group group(PinnedWeir large, String proxies) {
        Desired desired = large.parse(proxies, CONNECTIONS);
        return desired.proxies().getFirst().defaultGroup();
    }

    private static void change(Consumer<Row> rows, Effort effort, String name, boolean goal, IntConsumer change) {
        Row row = Row.of(name, "ms", MANY, timed(2 * effort.rounds(), change));
        rows.accept(goal ? row.with(Goal.atMost("until the data path has it", row.median(MANY), 5)) : row);
    }

    /** Milliseconds of each of so many calls, after some that do not count. */
    private static double[] timed(int times, IntConsumer work) {
        double[] millis = new double[times];
        for (int i = -WARM; i < times; i++) {
            long start = System.nanoTime();
            work.accept(i + WARM);
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        return millis;
    }

    private static void packets(Driver driver, WeirTables small, PinnedWeir large, Effort effort, Consumer<Row> rows)
            throws Exception {
        int in = Router.index(Router.CLIENT_SIDE);
        try (BpfProgram program = large.xdp(Router.CLIENT_SIDE);
                BpfMap flows = large.map(MapShape.FLOWS4)) {
            driver.install(SMALL, small.xdp());
            driver.install(LARGE, program);
            small.installFlows(Addresses.V4, CONNECTIONS, driver.jiffies());
            small.installFlowsInto(flows, Addresses.V4, CONNECTIONS, driver.jiffies());
            Row memory = Row.of("kernel memory of all maps, " + CONNECTIONS + " flows", "MB", MANY, large.memory().values().stream().mapToDouble(Double::doubleValue).sum());
            rows.accept(memory.with(Goal.atMost("maps", memory.median(MANY), 400)).noting(large.largest()));
            Turns turns = new Turns(driver, effort);
            for (int count : FLOWS) {
                Driver.Plan plan = Driver.Plan.of(Addresses.V4, in, count, Frame.toVip(Addresses.V4, Frame.ACK, 1, 1));
                Row row = turns.take("established, to the target, " + count + " flows", beside(plan, 0), XDP_REDIRECT);
                rows.accept(row.with(Goal.atMost("large / 1 proxy", row.ratio(MANY, ONE), 1.05)));
            }
            Driver.Plan opening =
                    Driver.Plan.of(Addresses.V4, in, 1L << 32, Frame.toVip(Addresses.V4, Frame.SYN, 1, 0));
            rows.accept(turns.take("SYN, random sources", beside(opening, 0), XDP_REDIRECT)
                    .noting("large: with a look at the source routes"));
        }
    }

    private static Map<String, Turns.Turn> beside(Driver.Plan plan, int packets) {
        Map<String, Turns.Turn> turns = new LinkedHashMap<>();
        turns.put(ONE, new Turns.Turn(plan, SMALL, () -> {}, packets));
        turns.put(MANY, new Turns.Turn(plan, LARGE, () -> {}, packets));
        return turns;
    }

    private static void sweep(WeirTables small, Effort effort, Consumer<Row> rows) {
        small.enqueueFlows(Addresses.V4, CONNECTIONS);
        try (Sweep sweep = new Sweep(small)) {
            // All are due once: nobody has looked at them yet.
            double first = sweep.millisFor(CONNECTIONS);
            double[] millis = new double[effort.trafficRounds()];
            for (int round = 0; round < millis.length; round++) {
                millis[round] = sweep.millisFor(CONNECTIONS);
            }
            Row row = Row.of("expiry passes " + CONNECTIONS + " flows once", "ms of CPU", "weir", millis);
            rows.accept(row.with(Goal.atMost("weir", row.median("weir"), 250))
                    .noting("in slices of 1,024 flows and 128 half-open buckets"));
            rows.accept(Row.of("the same when every flow is due for a look", "ms of CPU", "weir", first)
                    .noting("once a minute, and when it may have ended"));
        }
    }
}
