package io.weir.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.bench.AdminCalls.Call;
import java.util.function.Consumer;

/** A file with other weights for every target of a thousand proxies, read again. */
final class Reloads implements Part {

    private static final String WEIR = "weir";
    private static final int WARM = 2;
    private static final int CHANGES = 2 * LargeConfig.PROXIES;
    private static final ObjectMapper JSON = new ObjectMapper();

    private int seed;

    @Override
    public String name() {
        return "reload";
    }

    @Override
    public String method() {
        return LargeConfig.PROXIES + " proxies of two targets each in a process with the program's own JVM options, all weights"
                + " changed in the file. POST reload: until the answer, which names every change. weir reload: the whole verb,"
                + " with the launcher of a source tree and a JVM of its own.";
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        try (Router router = new Router()) {
            router.in(Router.BALANCER, "ip link set lo up");
            router.inside(Router.BALANCER, () -> {
                try (WeirProcess weir = new WeirProcess(
                                router.path(Router.BALANCER),
                                "reload",
                                LargeConfig.pairs(seed),
                                ":xdp-mode :native :admin-api {:enabled true}");
                        AdminCalls calls = new AdminCalls()) {
                    measure(router, weir, calls, effort, rows);
                }
                return true;
            });
        }
    }

    private void measure(Router router, WeirProcess weir, AdminCalls calls, Effort effort, Consumer<Row> rows)
            throws Exception {
        String verb = WeirProcess.LAUNCHER + " reload | wc -l";
        int rounds = effort.rounds();
        double[] node = new double[rounds];
        double[] cpu = new double[rounds];
        double[] whole = new double[rounds];
        double[] idle = new double[rounds];
        for (int round = -WARM; round < rounds; round++) {
            int at = Math.max(0, round); // what is measured before it is warm is overwritten
            weir.write(LargeConfig.pairs(++seed));
            long spent = weir.spentNanos();
            node[at] = seconds(() -> require(changes(calls), CHANGES));
            cpu[at] = (weir.spentNanos() - spent) / 1e9;
            weir.write(LargeConfig.pairs(++seed));
            whole[at] = seconds(() -> require(lines(router.in(Router.BALANCER, verb)), CHANGES));
            idle[at] = seconds(() -> lines(router.in(Router.BALANCER, verb)));
        }
        Row reload = Row.of("POST reload, " + CHANGES + " weights changed", "s", WEIR, node);
        rows.accept(reload.with(Goal.atMost("reload", reload.median(WEIR), 1)));
        rows.accept(Row.of("the same, CPU of the node", "s", WEIR, cpu));
        Row program = Row.of("weir reload, " + CHANGES + " weights changed", "s", WEIR, whole);
        rows.accept(program.with(Goal.atMost("verb", program.median(WEIR), 1)));
        rows.accept(Row.of("weir reload, nothing changed", "s", WEIR, idle));
        rows.accept(Row.of("resident after that", "MB", WEIR, weir.residentMegabytes()));
    }

    /** Work that may fail. */
    private interface Work {
        void run() throws Exception;
    }

    private static double seconds(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static int changes(AdminCalls calls) throws Exception {
        JsonNode answer = JSON.readTree(calls.ask(new Call("POST", "reload", "")));
        return answer.path("changes").size();
    }

    private static int lines(String counted) {
        return Integer.parseInt(counted.strip());
    }

    private static void require(int found, int wanted) {
        if (found != wanted) {
            throw new IllegalStateException("a reload told of " + found + " changes instead of " + wanted);
        }
    }
}
