package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.failover.Drill;
import io.weir.failover.Drill.Blow;
import io.weir.failover.Drill.Result;
import io.weir.failover.Outcome;
import io.weir.failover.Outcome.Group;
import io.weir.failover.Pair;
import io.weir.failover.Pair.Side;
import io.weir.failover.WeirBalancer;
import io.weir.testing.LabTest;
import io.weir.testing.Leftovers;
import io.weir.testing.Run;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Two nodes whose VIPs a real keepalived moves, by the example files, under connections that are checked byte by byte. */
@LabTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PairTest {

    private static final String PREFIX = "weirpair";
    private static final int CONNECTIONS = 100;
    private static final Duration WATCH = Duration.ofMillis(500);

    private static Drill drill;

    @BeforeAll
    static void start() {
        Leftovers.ofTheDead(PREFIX);
        drill = new Drill(PREFIX, WeirBalancer::new);
    }

    @AfterAll
    static void stop() {
        if (drill != null) {
            drill.close();
        }
    }

    @Test
    @Order(1)
    void keepalived_takes_the_example_of_each_node() {
        for (Side side : Side.values()) {
            assertThat(drill.node(side).keepalived().test()).isEmpty();
        }
    }

    /** A packet that is lost is sent again, and one that was sent again without need is told of by the receiver (RFC 2883). */
    @Test
    @Order(2)
    void a_killed_JVM_loses_no_packet_moves_no_VIP_and_the_next_one_goes_on() {
        drill.client().hold(CONNECTIONS);
        long sentAgain = sentAgainForNeed();
        drill.client().mark();
        kill(drill.node(Side.ONE).balancer().processes());
        Outcome outcome = drill.client().survey(WATCH, Await.LONG);
        assertAllLive(outcome);
        Await.until("nothing was sent again that had arrived", () -> sentAgainForNeed() <= sentAgain);
        assertThat(ready(Side.ONE)).isEqualTo("ready");
        drill.node(Side.ONE).balancer().start();
        assertThat(drill.pair().hasVip(Side.ONE)).isTrue();
        assertThat(drill.pair().hasVip(Side.TWO)).isFalse();
        Proof.say(
                "kill -9 of the JVM: %d connections, longest stall %.0f ms",
                outcome.total(), outcome.of(Group.BUSY).stall(1));
    }

    @Test
    @Order(3)
    void the_VIPs_of_both_sides_move_when_keepalived_is_killed() {
        drill.client().hold(CONNECTIONS);
        Result result = drill.strike(Blow.KILL, WATCH);
        assertAllLive(result.outcome());
        assertThat(drill.pair().in(Side.TWO.role(), "ip -o addr"))
                .contains(Pair.VIP + "/", Pair.VIP6 + "/", Pair.GATEWAY + "/", Pair.GATEWAY6 + "/");
        Await.until(
                "weir knows it",
                () -> drill.pair()
                        .in(Side.TWO.role(), "curl -s http://127.0.0.1:9090/metrics")
                        .contains("lb_vip_role{instance=\"clients\",role=\"master\"} 1"));
        drill.recover(Blow.KILL);
        Proof.say("kill -9 of keepalived and the JVM: VIPs on the other node after %.0f ms", result.movedMillis());
    }

    @Test
    @Order(4)
    void connections_go_on_after_a_planned_switchover() {
        drill.client().hold(CONNECTIONS);
        Result result = drill.strike(Blow.PLANNED, WATCH);
        assertAllLive(result.outcome());
        drill.recover(Blow.PLANNED);
        assertThat(drill.pair().hasVip(Side.ONE)).isTrue();
        Proof.say(
                "planned switchover: VIPs on the other node after %.0f ms, stall of busy connections p99 %.0f ms",
                result.movedMillis(), result.outcome().of(Group.BUSY).stall(0.99));
    }

    @Test
    @Order(5)
    void the_VIPs_leave_a_node_whose_data_path_is_taken_off() {
        drill.node(Side.ONE).balancer().close();
        assertThat(ready(Side.ONE)).startsWith("not ready: no data path is attached");
        Await.until("the VIP is on the other node", () -> drill.pair().hasVip(Side.TWO));
        drill.node(Side.ONE).balancer().start();
        Await.until("the node is ready again", () -> ready(Side.ONE).equals("ready"));
    }

    /** What keepalived hears when it asks. */
    private static String ready(Side side) {
        WeirBalancer weir = (WeirBalancer) drill.node(side).balancer();
        return Run.shell("cluster-config/weir-ready " + weir.pins() + " || true")
                .strip();
    }

    private static void assertAllLive(Outcome outcome) {
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.total()).isEqualTo(CONNECTIONS);
        assertThat(outcome.survivors()).isEqualTo(CONNECTIONS);
    }

    private static void kill(List<Long> processes) {
        Run.command(Stream.concat(Stream.of("kill", "-9"), processes.stream().map(String::valueOf))
                .toArray(String[]::new));
    }

    /** Segments that both ends have sent again, less those that had arrived before. */
    private static long sentAgainForNeed() {
        return Stream.of(Pair.CLIENT, Pair.BACKEND)
                .map(role -> drill.pair().in(role, "nstat -asz TcpRetransSegs TcpExtTCPDSACKRecv"))
                .flatMap(String::lines)
                .map(line -> line.trim().split(" +"))
                .mapToLong(words -> switch (words[0]) {
                    case "TcpRetransSegs" -> Long.parseLong(words[1]);
                    case "TcpExtTCPDSACKRecv" -> -Long.parseLong(words[1]);
                    default -> 0;
                })
                .sum();
    }
}
