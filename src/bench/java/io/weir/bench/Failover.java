package io.weir.bench;

import static io.weir.bench.FailoverOptions.CONNTRACKD;
import static io.weir.bench.FailoverOptions.WEIR;

import io.weir.bench.FailoverOptions.Scenario;
import io.weir.bench.FailoverRows.Scene;
import io.weir.failover.Blow;
import io.weir.failover.Drill;
import io.weir.failover.Drill.Silence;
import io.weir.failover.NatBalancer;
import io.weir.failover.Node;
import io.weir.failover.WeirBalancer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What connections notice when a load balancer dies, hands over or comes back. */
final class Failover implements Part {

    private static final Duration WATCH = Duration.ofSeconds(6);
    private static final int NEW_EACH_SECOND = 50;

    /** Each leaves the pair as it was, with the VIPs on the other node. */
    private static final Map<Scenario, Blow> BLOWS = blows();

    private final FailoverOptions options;

    Failover(FailoverOptions options) {
        this.options = options;
    }

    private static Map<Scenario, Blow> blows() {
        Map<Scenario, Blow> blows = new LinkedHashMap<>();
        blows.put(Scenario.CUT, Blow.CUT);
        blows.put(Scenario.KILL, Blow.KILL);
        blows.put(Scenario.FREEZE, Blow.FREEZE);
        blows.put(Scenario.PLANNED, Blow.PLANNED);
        blows.put(Scenario.POWER_OFF, Blow.POWER_OFF);
        return blows;
    }

    @Override
    public String name() {
        return "failover";
    }

    @Override
    public String method() {
        return String.format(
                "two or three nodes with keepalived (adverts 50 ms, no preemption), %,d TCP connections over both families, a"
                        + " tenth busy, a tenth pushed to by the server, the others idle, %d new ones a second, and %,d of them in"
                        + " the last second before something happens; a client checks every byte. A stall is the longest a"
                        + " connection waited for an answer, or for what it is pushed each 200 ms. New connections are refused"
                        + " from the first whose SYN was not answered to the last. Client and server go before other processes.",
                options.connections(), NEW_EACH_SECOND, options.burst());
    }

    @Override
    public List<String> commands() {
        return List.of("keepalived", "conntrackd", "nft", "nstat", "chrt", "taskset", "tcpdump");
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) {
        if (options.soakMinutes() > 0) {
            new Soak(options, Report.directory()).run(rows);
            return;
        }
        FailoverRows told = new FailoverRows();
        if (options.wantsAny(
                Scenario.NOTHING, Scenario.CUT, Scenario.KILL, Scenario.FREEZE, Scenario.PLANNED, Scenario.POWER_OFF)) {
            contenders().forEach((name, maker) -> pair(name, maker, told, rows));
        }
        if (options.balancers().contains(WEIR)) {
            if (options.wants(Scenario.JVM)) {
                jvm(Duration.ofSeconds(effort == Effort.LONG ? 60 : 10), rows);
            }
            if (options.wantsAny(Scenario.TWO_DEATHS, Scenario.RESHUFFLE)) {
                trio(told);
            }
        }
        told.rows().forEach(rows);
    }

    private Map<String, Node.Maker> contenders() {
        Map<String, Node.Maker> contenders = new LinkedHashMap<>();
        contenders.put(CONNTRACKD, NatBalancer::new);
        contenders.put(WEIR, WeirBalancer::new);
        contenders.keySet().retainAll(options.balancers());
        return contenders;
    }

    private void fill(Drill drill) {
        drill.fill(options.connections(), NEW_EACH_SECOND, options.burst());
    }

    private void pair(String name, Node.Maker maker, FailoverRows told, Consumer<Row> rows) {
        try (Drill drill = new Drill(Bench.NAME, 2, maker)) {
            if (options.wants(Scenario.NOTHING)) {
                fill(drill);
                told.note(name, Scene.nothing("nothing happens"), drill.watch(WATCH, () -> {}));
                if (drill.node(drill.master()).balancer() instanceof WeirBalancer weir) {
                    rows.accept(Row.of("lag of the peer, 99 of 100 connections", "ms", WEIR, weir.lag99()));
                }
            }
            BLOWS.forEach((scenario, blow) -> {
                if (options.wants(scenario)) {
                    strike(drill, name, blow, told);
                }
            });
        }
    }

    private void strike(Drill drill, String name, Blow blow, FailoverRows told) {
        fill(drill);
        Scene scene = blow == Blow.PLANNED ? Scene.planned(blow.words()) : Scene.death(blow.words());
        told.note(name, scene, drill.strike(blow, WATCH));
        if (blow == Blow.POWER_OFF) {
            told.note(name, Scene.planned("return of the first node"), drill.comeBack(WATCH));
        } else {
            drill.recover();
        }
    }

    /** Every packet goes through a host whose load balancer has no process. */
    private void jvm(Duration length, Consumer<Row> rows) {
        try (Drill drill = new Drill(Bench.NAME, 2, WeirBalancer::new)) {
            for (boolean dies : new boolean[] {true, false}) {
                drill.fill(options.connections(), NEW_EACH_SECOND, NEW_EACH_SECOND);
                String words = (dies ? "kill -9" : "SIGSTOP") + " of the JVM for " + length.toSeconds() + " s: ";
                silence(words, drill.silence(dies, length)).forEach(rows);
            }
        }
    }

    static List<Row> silence(String words, Silence silence) {
        Row lost = Row.of(words + "packets lost", "packets", WEIR, silence.lost());
        Row moves = Row.of(words + "VIP moved", "times", WEIR, silence.moves());
        Row broken = Row.of(words + "reset, closed or wrong", "connections", WEIR, silence.outcome().broken());
        Row inSync = Row.of(words + "in sync again after", "ms", WEIR, silence.inSyncMillis());
        return List.of(
                lost.with(Goal.atMost(WEIR, silence.lost(), 0)),
                moves.with(Goal.atMost(WEIR, silence.moves(), 0)),
                broken.with(Goal.atMost(WEIR, silence.outcome().broken(), 0)),
                inSync);
    }

    private void trio(FailoverRows told) {
        try (Drill drill = new Drill(Bench.NAME, 3, WeirBalancer::new)) {
            if (options.wants(Scenario.RESHUFFLE)) {
                fill(drill);
                told.note(WEIR, Scene.allWays("three nodes, all paths at once (ECMP)"), drill.spread(WATCH));
                drill.fill(options.connections(), NEW_EACH_SECOND, NEW_EACH_SECOND);
                told.note(WEIR, Scene.allWays("three nodes, back to one"), drill.gather(WATCH));
            }
            if (options.wants(Scenario.TWO_DEATHS)) {
                fill(drill);
                told.note(WEIR, Scene.death("three nodes, first death (cables cut)"), drill.strike(Blow.CUT, WATCH));
                fill(drill);
                told.note(WEIR, Scene.death("three nodes, second death (power off)"), drill.strike(Blow.POWER_OFF, WATCH));
                fill(drill);
                told.note(WEIR, Scene.planned("three nodes, the first one returns"), drill.comeBack(WATCH));
            }
        }
    }
}
