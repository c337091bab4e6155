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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
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
                "two nodes with keepalived (adverts 50 ms, no preemption), %,d TCP connections over both families, a fifth busy,"
                        + " a fifth pushed to by the server, the others idle, and %,d new ones a second; a client checks every"
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
        BLOWS.forEach(blow -> results.put(blow, new LinkedHashMap<>()));
        contenders().forEach((name, maker) -> {
            try (Drill drill = new Drill(Bench.NAME, maker)) {
                for (Blow blow : BLOWS) {
                    drill.fill(connections, perSecond);
                    results.get(blow).put(name, drill.strike(blow, WATCH));
                    drill.recover(blow);
                }
            }
        });
        results.forEach((blow, byContender) -> rows(blow, byContender).forEach(rows));
    }

    private static Map<String, Node.Maker> contenders() {
        Map<String, Node.Maker> contenders = new LinkedHashMap<>();
        contenders.put(CONNTRACKD, NatBalancer::new);
        contenders.put(WEIR, WeirBalancer::new);
        return contenders;
    }

    private static List<Row> rows(Blow blow, Map<String, Result> results) {
        String name = blow.words() + ": ";
        boolean planned = blow == Blow.PLANNED;
        Row survivors = row(name + "survivors", "%", results, result -> 100.0 * result.outcome().survivors()
                / Math.max(1, result.outcome().total()));
        Row broken = row(name + "reset, closed or wrong", "connections", results, result -> result.outcome().broken());
        Row moved = row(name + "VIP on the other node after", "ms", results, Result::movedMillis);
        Row fresh = row(name + "new connections refused for", "ms", results, result -> result.outcome().fresh().refusedMillis());
        List<Row> rows = new java.util.ArrayList<>(List.of(
                survivors.with(Goal.atLeast("weir survivors", survivors.median(WEIR), 100)),
                broken.with(Goal.atMost("weir resets", broken.median(WEIR), 0)),
                moved));
        for (Group group : List.of(Group.BUSY, Group.PUSH)) {
            String of = name + "stall of " + group.name().toLowerCase(java.util.Locale.ROOT) + " ";
            rows.add(row(of + "p50", "ms", results, held(group, held -> held.stall(0.5))));
            Row slow = row(of + "p99", "ms", results, held(group, held -> held.stall(0.99)));
            rows.add(slow.with(Goal.atMost("weir p99", slow.median(WEIR), planned ? 50 : 350)));
            rows.add(row(of + "max", "ms", results, held(group, held -> held.stall(1))));
        }
        rows.add(row(name + "young survivors", "%", results, result -> 100.0 * young(result.outcome(), Held::survivors) / Math.max(1, young(result.outcome(), Held::total))));
        rows.add(fresh.with(Goal.atMost("weir refuses", fresh.median(WEIR), 300)));
        return rows.stream().map(row -> row.noting(note(results))).toList();
    }

    private static ToDoubleFunction<Result> held(Group group, ToDoubleFunction<Held> figure) {
        return result -> figure.applyAsDouble(result.outcome().of(group));
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
