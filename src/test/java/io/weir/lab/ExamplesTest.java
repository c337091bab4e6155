package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.LoadBalancer;
import io.weir.api.DrainReport;
import io.weir.engine.DrainStatus;
import io.weir.examples.AddressesExample;
import io.weir.examples.CircuitsExample;
import io.weir.examples.ClusterExample;
import io.weir.examples.DnsExample;
import io.weir.examples.DrainExample;
import io.weir.examples.HealthExample;
import io.weir.examples.ProxiesExample;
import io.weir.examples.StartExample;
import io.weir.examples.StatisticsExample;
import io.weir.lab.Site.Frames;
import io.weir.libbpf.NetworkNamespace;
import io.weir.model.Cidr;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.SourceRoute;
import io.weir.model.Target;
import io.weir.stats.FlowEvent;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The examples of the Java API do what they say, over a load balancer with two servers. */
@LabTest
class ExamplesTest {

    private static Site site;
    private static LoadBalancer lb;

    @BeforeAll
    static void start() throws Exception {
        site = Site.twoArm(2, Frames.OFFLOADED);
        String edn = """
                {:proxies [{:name "web" :listen {:interfaces ["front"] :address "%s" :port %d}
                            :default-target [{:ip "%s" :port 8080 :weight 50} {:ip "%s" :port 8080 :weight 50}]}
                           {:name "heard" :listen {:interfaces ["front"] :address "%1$s" :port 82}
                            :default-target {:ip "%4$s" :port 8080}}
                           {:name "named" :listen {:interfaces ["front"] :address "%1$s" :port 81}
                            :default-target {:host "localhost" :port 8080}}]
                 :settings {:pin-path "%s" :closing-timeout-sec 1 :recovery-step-sec 1
                            :cluster {:enabled true :node-id "lb-1" :bind-address "127.0.0.1"}}}
                """.formatted(
                        Site.VIP_V4,
                        Site.PORT,
                        first().address(),
                        site.serverV4(2).address(),
                        site.lab().pins("examples"));
        Path namespace = Path.of("/run/netns", site.balancer().namespace());
        lb = NetworkNamespace.run(namespace, () -> StartExample.start(edn));
    }

    @AfterAll
    static void stop() {
        try (Site _ = site) {
            if (lb != null) {
                lb.close();
            }
        }
    }

    private static Endpoint first() {
        return site.serverV4(1);
    }

    /** By a proxy of its own: what is ended on the way is not what another test counts. */
    private static Conversation open() {
        try {
            Conversation conversation = Conversation.tcp(site.client(), Site.VIP_V4, 82);
            conversation.ask();
            return conversation;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Who answers so many new connections. */
    private static List<String> answers(int connections) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            try (Conversation conversation = Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT)) {
                names.add(conversation.ask());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return names;
    }

    @Test
    void a_load_balancer_is_started_and_says_how_it_is() {
        StartExample.print(lb);
        assertThat(lb.status().synchronised()).isTrue();
        Await.until("both servers have answered", () -> answers(20).containsAll(List.of("web1", "web2")));
    }

    @Test
    void proxies_routes_weights_and_interfaces_change_at_run_time() throws Exception {
        try (Conversation established = Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT)) {
            String server = established.ask();
            ProxiesExample.change(lb, "front", IpAddress.parse("192.0.2.81"), first(), site.serverV4(2));
            assertThat(established.ask()).isEqualTo(server);
        }
        assertThat(lb.proxies().find("api")).isEmpty();
        assertThat(answers(1)).hasSize(1);
    }

    @Test
    void an_established_connection_keeps_its_server_while_a_route_for_its_client_comes_and_goes() throws Exception {
        SourceRoute.Source clients = new SourceRoute.Source.Prefix(Cidr.parse("192.0.2.0/24"));
        try (Conversation established = Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT)) {
            String own = established.ask();
            Endpoint other = own.equals("web1") ? site.serverV4(2) : first();
            lb.routes("web").add(new SourceRoute(clients, new Group(List.of(Target.of(other))), false));
            assertThat(answers(20)).doesNotContain(own);
            assertThat(established.ask()).isEqualTo(own);
            lb.routes("web").remove(clients);
            Await.until("its own server answers again", () -> answers(20).contains(own));
            assertThat(established.ask()).isEqualTo(own);
        }
    }

    @Test
    void connections_are_heard_listed_and_ended() throws Exception {
        List<Conversation> opened = new ArrayList<>();
        FlowEvent event = StatisticsExample.hear(lb, () -> opened.add(open())).orElseThrow();
        assertThat(event).isInstanceOf(FlowEvent.Opened.class);
        assertThat(event.connection().proxy()).contains("heard");
        StatisticsExample.print(lb);
        assertThat(StatisticsExample.end(lb, event.connection().target().orElseThrow()))
                .isPositive();
        opened.forEach(Conversation::close);
    }

    /** As a process: virtual threads, on which checks run, are in whichever network namespace their JVM is in. */
    @Test
    void health_is_heard_declared_and_checked() {
        Host host = site.serverHost(1);
        Endpoint target = Endpoint.of("127.0.0.1", 8081);
        Path file = site.lab().write("health.edn", """
                {:proxies [{:name "web" :listen {:interfaces ["eth0"] :port 8082}
                            :default-target {:ip "127.0.0.1" :port 8081}}]
                 :settings {:pin-path "%s" :on-stop :detach :health-check-enabled true
                            :health-check-defaults {:type :tcp :interval-ms 1000 :timeout-ms 500}}}
                """.formatted(site.lab().pins("health")));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Backend server = Backend.start(host, "local", 8081);
        try (Program example = host.start(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HealthExample.class.getName(),
                file.toString(),
                "web",
                target.toString())) {
            example.await(line -> line.startsWith("Passed"));
            example.await(line -> line.equals("listening"));
            server.close();
            example.await(line -> line.startsWith("HealthNotice") && line.contains("UNHEALTHY"));
            assertThat(example.finish())
                    .contains("web 127.0.0.1:8081 is UNHEALTHY: connection refused", "all healthy: false");
        }
    }

    @Test
    void a_target_is_drained_before_it_is_replaced() {
        List<DrainReport> drains = DrainExample.replace(
                lb, "web", first(), () -> assertThat(answers(10)).containsOnly("web2"));
        assertThat(drains).extracting(DrainReport::state).containsExactly(DrainStatus.State.COMPLETED);
        assertThat(lb.drains().isDraining(first())).isFalse();
    }

    @Test
    void a_target_is_cut_off_by_hand() {
        assertThat(CircuitsExample.cut(
                        lb, first(), () -> assertThat(answers(10)).containsOnly("web2")))
                .hasSize(1);
        lb.circuits().reset(Optional.empty(), first());
    }

    @Test
    void a_name_is_looked_up_now() {
        DnsExample.print(lb);
        assertThat(DnsExample.refresh(lb, "localhost").addresses()).contains(IpAddress.parse("127.0.0.1"));
    }

    @Test
    void a_node_among_peers_tells_how_it_is_and_what_is_said_to_all_holds_here() {
        ClusterExample.print(lb);
        assertThat(lb.cluster().present()).containsExactly(new NodeId("lb-1"));
        assertThat(ClusterExample.synchronise(lb).isComplete()).isTrue();
        ClusterExample.declare(lb, "web", first(), false);
        Await.until("the target is down", () -> !lb.health().isHealthy("web", first()));
        ClusterExample.declare(lb, "web", first(), true);
        Await.until("the target is up", () -> lb.health().isHealthy("web", first()));
    }

    @Test
    void addresses_are_values() {
        assertThat(AddressesExample.describe("10.1.2.3", "10.0.0.0/8", 80))
                .isEqualTo("10.1.2.3:80 is IPv4 and in 10.0.0.0/8");
        assertThat(AddressesExample.describe("2001:db8::1", "2001:db9::/32", 443))
                .isEqualTo("[2001:db8::1]:443 is IPv6 and not in 2001:db9::/32");
    }
}
