package io.weir.bench;

import io.weir.failover.Drill;
import io.weir.failover.Drill.Blow;
import io.weir.failover.Drill.Result;
import io.weir.failover.NatBalancer;
import io.weir.failover.Node;
import io.weir.failover.Outcome;
import io.weir.failover.Outcome.Group;
import io.weir.failover.Outcome.Held;
import io.weir.failover.WeirBalancer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** What connections notice when a load balancer of a pair dies, hands over or comes back. */
final class Failover implements Part {

    private static final String WEIR = "weir";
    private static final String CONNTRACKD = "nft+conntrackd";
    private static final Duration WATCH = Duration.ofSeconds(6);

    /** Each leaves the pair as it was, with the VIPs on the other node. */
    private static final List<Blow> BLOWS =
            List.of(Blow.CUT, Blow.KILL, Blow.FREEZE, Blow.PLANNED, Blow.POWER_OFF);

    private final int connections;
    private final int perSecond;

    /**
     * @param connections held all the time
     * @param perSecond opened beside them
     */
    Failover(int connections, int perSecond) {
        this.connections = connections;
        this.perSecond = perSecond;
    }

    @Override
    public String name() {
        return "failover";
    }

    @Override
    public String method() {
        return String.format(
                "two nodes with keepalived (adverts 50 ms, no preemption), %,d TCP connections over both families, a tenth busy,"
                        + " a tenth pushed to by the server, the others idle, and %,d new ones a second; a client checks every"
                        + " byte. A stall is the longest a connection waited for an answer, or for what it is pushed each"
                        + " 200 ms. New connections are refused from the first whose SYN was not answered to the last.",
                connections, perSecond);
    }

    @Override
    public List<String> commands() {
        return List.of("keepalived", "conntrackd", "nft");
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) {
        Map<Blow, Map<String, Result>> results = new EnumMap<>(Blow.class);
        for (Blow blow : Blow.values()) {
            results.put(blow, new LinkedHashMap<>());
        }
        contenders().forEach((name, maker) -> {
            try (Drill drill = new Drill(Bench.NAME, maker)) {
                drill.fill(connections, perSecond);
                note(results, name, drill.watch(WATCH));
                for (Blow blow : BLOWS) {
                    drill.fill(connections, perSecond);
                    note(results, name, drill.strike(blow, WATCH));
                    if (blow == Blow.POWER_OFF) {
                        note(results, name, drill.comeBack(blow, WATCH));
                    } else {
                        drill.recover(blow);
                    }
                }
            }
        });
        results.forEach((blow, byContender) -> rows(blow, byContender).forEach(rows));
    }

    /** It takes minutes until there is a table. */
    private static void note(Map<Blow, Map<String, Result>> results, String contender, Result result) {
        results.get(result.blow()).put(contender, result);
        Outcome outcome = result.outcome();
        System.err.printf(
                Locale.ROOT,
                "weir: %s, %s: %,d of %,d connections live, %,d broken%n",
                contender,
                result.blow().words(),
                outcome.survivors(),
                outcome.total(),
                outcome.broken());
    }

    private static Map<String, Node.Maker> contenders() {
        Map<String, Node.Maker> contenders = new LinkedHashMap<>();
        contenders.put(CONNTRACKD, NatBalancer::new);
        contenders.put(WEIR, WeirBalancer::new);
        return contenders;
    }

    private static List<Row> rows(Blow blow, Map<String, Result> results) {
        String name = blow.words() + ": ";
        boolean planned = blow == Blow.PLANNED || blow == Blow.RETURN;
        Row survivors = row(name + "survivors", "%", results, result ->
                percent(result.outcome().survivors(), result.outcome().total()));
        Row broken = row(name + "reset, closed or wrong", "connections", results, result -> result.outcome().broken());
        Row young = row(name + "survivors younger than 1 s", "%", results, result -> percent(
                young(result.outcome(), Held::survivors), young(result.outcome(), Held::total)));
        Row fresh = row(name + "new connections refused for", "ms", results, result ->
                result.outcome().fresh().refusedMillis());
        List<Row> rows = new ArrayList<>(List.of(
                survivors.with(Goal.atLeast("weir survivors", survivors.median(WEIR), 100)),
                broken.with(Goal.atMost("weir resets", broken.median(WEIR), 0)).noting(note(results))));
        if (BLOWS.contains(blow)) {
            rows.add(row(name + "VIP on the other node after", "ms", results, Result::movedMillis));
        }
        for (Group group : List.of(Group.BUSY, Group.PUSH)) {
            String of = name + "stall of " + group.name().toLowerCase(Locale.ROOT) + " ";
            rows.add(row(of + "p50", "ms", results, held(group, held -> held.stall(0.5))));
            Row slow = row(of + "p99", "ms", results, held(group, held -> held.stall(0.99)));
            Goal goal = Goal.atMost("weir p99", slow.median(WEIR), planned ? 50 : 350);
            rows.add(blow == Blow.NOTHING ? slow : slow.with(goal));
            rows.add(row(of + "max", "ms", results, held(group, held -> held.stall(1))));
        }
        rows.add(young.with(Goal.atLeast("weir young survivors", young.median(WEIR), 99.9)));
        rows.add(fresh.with(Goal.atMost("weir refuses", fresh.median(WEIR), 300)));
        return rows;
    }

    private static ToDoubleFunction<Result> held(Group group, ToDoubleFunction<Held> figure) {
        return result -> figure.applyAsDouble(result.outcome().of(group));
    }

    private static double percent(double part, double whole) {
        return 100 * part / whole;
    }

    private static double young(Outcome outcome, ToDoubleFunction<Held> figure) {
        return figure.applyAsDouble(outcome.of(Group.YOUNG)) + figure.applyAsDouble(outcome.of(Group.YOUNGEST));
    }

    private static String note(Map<String, Result> results) {
        StringBuilder note = new StringBuilder();
        results.forEach((name, result) -> {
            if (!result.outcome().failures().isEmpty()) {
                note.append(name).append(": ").append(result.outcome().failures()).append(' ');
            }
        });
        return note.toString().strip();
    }

    private static Row row(String name, String unit, Map<String, Result> results, ToDoubleFunction<Result> figure) {
        Map<String, Samples> values = new LinkedHashMap<>();
        results.forEach((contender, result) -> values.put(contender, new Samples(figure.applyAsDouble(result))));
        return Row.of(name, unit, values);
    }
}
