package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.failover.Blow;
import io.weir.failover.Drill;
import io.weir.failover.Drill.Result;
import io.weir.failover.Outcome;
import io.weir.failover.Outcome.Group;
import io.weir.failover.Rack;
import io.weir.failover.Rack.Place;
import io.weir.failover.Resent;
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
        drill = new Drill(PREFIX, 2, WeirBalancer::new);
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
        for (Place place : drill.rack().places()) {
            assertThat(drill.node(place).keepalived().test()).isEmpty();
        }
    }

    @Test
    @Order(2)
    void a_killed_JVM_loses_no_packet_moves_no_VIP_and_the_next_one_goes_on() {
        drill.client().hold(CONNECTIONS);
        long lost = Resent.forNeed(drill.rack());
        drill.client().mark();
        kill(drill.node(Place.ONE).balancer().processes());
        Outcome outcome = drill.client().survey(WATCH, Await.LONG);
        assertAllLive(outcome);
        Await.until("nothing was sent again that had not arrived", () -> Resent.forNeed(drill.rack()) <= lost);
        assertThat(ready(Place.ONE)).isEqualTo("ready");
        drill.node(Place.ONE).balancer().start();
        assertThat(drill.rack().hasVip(Place.ONE)).isTrue();
        assertThat(drill.rack().hasVip(Place.TWO)).isFalse();
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
        assertThat(drill.rack().in(Place.TWO.role(), "ip -o addr"))
                .contains(Rack.VIP + "/", Rack.VIP6 + "/", Rack.GATEWAY + "/", Rack.GATEWAY6 + "/");
        Await.until(
                "weir knows it",
                () -> drill.rack()
                        .in(Place.TWO.role(), "curl -s http://127.0.0.1:9090/metrics")
                        .contains("lb_vip_role{instance=\"clients\",role=\"master\"} 1"));
        assertThat(ask("status")).contains("{\"instance\":\"clients\",\"role\":\"master\",");
        assertThat(ask("events/recent")).contains("\"vip-master\"");
        drill.recover();
        Proof.say("kill -9 of keepalived and the JVM: VIPs on the other node after %.0f ms", result.movedMillis());
    }

    @Test
    @Order(4)
    void connections_go_on_after_a_planned_switchover() {
        drill.client().hold(CONNECTIONS);
        Result result = drill.strike(Blow.PLANNED, WATCH);
        assertAllLive(result.outcome());
        drill.recover();
        assertThat(drill.rack().hasVip(Place.ONE)).isTrue();
        Proof.say(
                "planned switchover: VIPs on the other node after %.0f ms, stall of busy connections p99 %.0f ms",
                result.movedMillis(), result.outcome().of(Group.BUSY).stall(0.99));
    }

    @Test
    @Order(5)
    void the_VIPs_leave_a_node_whose_data_path_is_taken_off_which_must_be_said_with_force() {
        WeirBalancer weir = (WeirBalancer) drill.node(Place.ONE).balancer();
        weir.end();
        assertThat(weir.detach()).isEqualTo(1);
        assertThat(ready(Place.ONE)).isEqualTo("ready");
        assertThat(drill.rack().hasVip(Place.ONE)).isTrue();

        assertThat(weir.detach("--force")).isZero();
        assertThat(ready(Place.ONE)).startsWith("not ready: no data path is attached");
        Await.until("the VIP is on the other node", () -> drill.rack().hasVip(Place.TWO));
        drill.node(Place.ONE).balancer().start();
        Await.until("the node is ready again", () -> ready(Place.ONE).equals("ready"));
    }

    /** What the second node says. */
    private static String ask(String path) {
        return drill.rack().in(Place.TWO.role(), "curl -s http://127.0.0.1:8081/api/v1/" + path);
    }

    /** What keepalived hears when it asks. */
    private static String ready(Place place) {
        WeirBalancer weir = (WeirBalancer) drill.node(place).balancer();
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
}
