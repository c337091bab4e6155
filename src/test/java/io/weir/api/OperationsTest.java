package io.weir.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.engine.DataplaneException;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.RefusedException;
import io.weir.engine.RefusedException.Reason;
import io.weir.engine.Snapshot;
import io.weir.engine.Tallies;
import io.weir.engine.Write;
import io.weir.model.Cidr;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import io.weir.model.Target;
import io.weir.testing.MemoryDataplane;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API over a running engine thread, and a data path that only remembers. */
class OperationsTest {

    private static final Source OFFICE = new Source.Host("office.example");
    private static final Source LAN = new Source.Prefix(Cidr.parse("192.168.0.0/16"));

    private final AtomicBoolean resolverAnswers = new AtomicBoolean(true);
    private final MemoryDataplane memory = new MemoryDataplane();
    private final Engine engine = new Engine(memory, index -> 0, Tallies.NONE);
    private final Operations loadBalancer = Operations.over(
            engine,
            name -> resolverAnswers.get() && name.equals("office.example")
                    ? List.of(IpAddress.parse("192.0.2.7"))
                    : List.of());

    @BeforeEach
    void start() {
        engine.start();
        engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2), "eth1", new Event.Link(3))));
        loadBalancer.apply(new Desired(List.of(proxy("web", 80)), Settings.DEFAULT));
    }

    @AfterEach
    void stop() {
        loadBalancer.close();
    }

    @Test
    void a_call_returns_when_the_data_path_has_it() {
        loadBalancer.proxies().add(proxy("api", 81));

        assertThat(memory.writes)
                .filteredOn(Write.PutService.class::isInstance)
                .extracting(write -> ((Write.PutService) write).key().port())
                .containsExactly(80, 81);
        assertThat(loadBalancer.status().synchronised()).isTrue();

        loadBalancer.proxies().remove("api");

        assertThat(memory.writes).anyMatch(Write.RemoveService.class::isInstance);
        assertThat(loadBalancer.proxies().list())
                .extracting(status -> status.proxy().name())
                .containsExactly("web");
        assertThat(loadBalancer.proxies().find("api")).isEmpty();
    }

    @Test
    void routes_come_and_go_also_by_host_name() {
        Routes routes = loadBalancer.routes("web");
        routes.add(new SourceRoute(LAN, group("10.0.0.2"), true));
        routes.add(new SourceRoute(OFFICE, group("10.0.0.3"), false));

        assertThat(routes.list())
                .extracting(Snapshot.RouteStatus::prefixes)
                .containsExactly(List.of(Cidr.parse("192.168.0.0/16")), List.of(Cidr.parse("192.0.2.7/32")));

        routes.replaceTargets(LAN, group("10.0.0.4"));
        routes.remove(OFFICE);

        assertThat(routes.list()).singleElement().satisfies(route -> {
            assertThat(route.route().sessionPersistence()).isTrue();
            assertThat(route.targets())
                    .singleElement()
                    .satisfies(target -> assertThat(target.endpoint()).contains(Endpoint.of("10.0.0.4", 8080)));
        });
    }

    @Test
    void a_lookup_that_fails_takes_no_address_from_a_route_that_stands() {
        loadBalancer.routes("web").add(new SourceRoute(OFFICE, group("10.0.0.3"), false));
        resolverAnswers.set(false);

        assertRefused(
                Reason.DUPLICATE_ROUTE,
                () -> loadBalancer.routes("web").add(new SourceRoute(OFFICE, group("10.0.0.4"), false)));

        assertThat(loadBalancer.routes("web").list())
                .singleElement()
                .satisfies(route -> assertThat(route.prefixes()).containsExactly(Cidr.parse("192.0.2.7/32")));
    }

    @Test
    void targets_show_weight_and_index() {
        loadBalancer
                .proxies()
                .replaceTargets(
                        "web",
                        new Group(List.of(
                                Target.of(Endpoint.of("10.0.0.1", 8080), 70),
                                Target.of(Endpoint.of("10.0.0.2", 8080), 30))));

        assertThat(loadBalancer.proxies().find("web").orElseThrow().targets())
                .extracting(Snapshot.TargetStatus::weight, Snapshot.TargetStatus::index)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(70, 1), org.assertj.core.groups.Tuple.tuple(30, 2));
    }

    @Test
    void interfaces_say_how_they_are_attached() {
        loadBalancer.interfaces().attach(List.of("eth1"));
        loadBalancer.interfaces().detach(List.of("eth1"));

        assertThat(memory.writes).anyMatch(write -> write.equals(new Write.Detach("eth1")));
        assertThat(loadBalancer.interfaces().list()).singleElement().satisfies(hook -> {
            assertThat(hook.attached()).contains(Settings.XdpMode.NATIVE);
            assertThat(hook.why()).isEqualTo("the driver has it");
        });
    }

    @Test
    void statistics_can_be_switched() {
        loadBalancer.enableStatistics(true);

        assertThat(loadBalancer.status().settings())
                .hasValueSatisfying(
                        settings -> assertThat(settings.statsEnabled()).isTrue());
    }

    @Test
    void what_cannot_be_is_refused_with_its_reason() {
        assertRefused(Reason.DUPLICATE_NAME, () -> loadBalancer.proxies().add(proxy("web", 81)));
        assertRefused(Reason.LISTENER_CONFLICT, () -> loadBalancer.proxies().add(proxy("api", 80)));
        assertRefused(Reason.UNKNOWN_PROXY, () -> loadBalancer.proxies().remove("api"));
        assertRefused(Reason.UNKNOWN_PROXY, () -> loadBalancer.routes("api").list());
        assertRefused(Reason.UNKNOWN_ROUTE, () -> loadBalancer.routes("web").remove(LAN));
        assertRefused(
                Reason.UNRESOLVED_NAME,
                () -> loadBalancer
                        .routes("web")
                        .add(new SourceRoute(new Source.Host("nowhere.example"), group("10.0.0.2"), false)));
        assertRefused(Reason.UNKNOWN_INTERFACE, () -> loadBalancer.interfaces().attach(List.of("eth9")));
        assertThat(loadBalancer.status().errors()).isZero();
    }

    @Test
    void what_the_kernel_refuses_is_told_and_stays_wanted() {
        memory.refuses = true;

        assertThatThrownBy(() -> loadBalancer.proxies().add(proxy("api", 81))).isInstanceOf(DataplaneException.class);
        assertThat(loadBalancer.proxies().find("api")).isPresent();
        assertThat(loadBalancer.status().lastError()).contains("no");
    }

    @Test
    void an_interrupted_caller_hears_so_and_stays_interrupted() {
        memory.gate = new CountDownLatch(1); // so that it is not done before the caller waits
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> loadBalancer.proxies().add(proxy("api", 81)))
                .isInstanceOf(InterruptedWaitException.class);
        assertThat(Thread.interrupted()).isTrue();
        memory.gate.countDown();
    }

    private static void assertRefused(Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private static Proxy proxy(String name, int port) {
        return new Proxy(
                name,
                new Listen(List.of("eth0"), port, Optional.empty(), Set.of(Protocol.TCP)),
                group("10.0.0.1"),
                List.of(),
                List.of(),
                false,
                Optional.empty());
    }

    private static Group group(String address) {
        return new Group(List.of(Target.of(Endpoint.of(address, 8080))));
    }
}
