package io.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Event.AddProxy;
import io.weir.engine.Event.Replace;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.model.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole configuration in place of another: what differs is written, all of it or nothing. */
class ReplaceTest {

    private static final String WEB =
            "web: eth0 80 tcp -> 10.0.0.1:8080*50 10.0.0.2:8080*50; 192.168.0.0/16 -> 10.0.0.9:80";
    private static final String OTHER_WEB =
            "web: eth0 80 tcp -> 10.0.0.1:8080*10 10.0.0.3:8080*90; 192.168.0.0/16 -> 10.0.0.9:80";
    private static final String DNS = "dns: eth0 53 udp -> 10.0.0.3:53";
    private static final String API = "api: eth1 81 tcp -> 10.0.0.4:81";
    private static final ProxyTarget DRAINED = new ProxyTarget("web", Endpoint.parse("10.0.0.2:8080"));

    private final Rig rig = new Rig();

    @BeforeEach
    void run() {
        rig.links("eth0=2 eth1=3");
        rig.tell(new Event.PathsChanged(Map.of()));
        rig.apply(WEB, DNS);
        rig.dataplane.takeWrites();
    }

    @Test
    void the_same_configuration_read_anew_writes_nothing_and_leaves_what_was_worked_out() {
        Snapshot before = rig.engine.snapshot();

        assertThat(replace(WEB, DNS)).isCompletedWithValueMatching(Snapshot::synchronised);

        assertThat(rig.dataplane.takeWrites()).isEmpty();
        assertThat(rig.engine.snapshot().proxies())
                .hasSize(2)
                .allSatisfy(status -> assertThat(before.proxies()).anyMatch(earlier -> earlier == status));
    }

    @Test
    void a_proxy_that_has_changed_is_written_and_no_other() {
        Snapshot before = rig.engine.snapshot();

        assertThat(replace(OTHER_WEB, DNS)).isCompletedWithValueMatching(Snapshot::synchronised);

        // Its new target, a table beside those in use, its group that is switched over.
        assertThat(rig.dataplane.takeWrites())
                .extracting(WriteText::of)
                .containsExactly(
                        "target 5 = 10.0.0.3:8080",
                        "slots 4101+4099 = 1 x 410, 5 x 3689",
                        "group 1 V4 = slots 4101+4099");
        assertThat(rig.engine.snapshot().proxy("dns").orElseThrow())
                .isSameAs(before.proxy("dns").orElseThrow());
        assertThat(rig.engine.snapshot().proxy("web").orElseThrow().routes().getFirst())
                .isSameAs(before.proxy("web").orElseThrow().routes().getFirst());
    }

    @Test
    void whichever_write_is_refused_all_is_as_it_was_before() {
        drain();
        Image before = rig.dataplane.read();
        int refused = 0;
        refuseOnce(refused);
        while (replace(OTHER_WEB, API).isCompletedExceptionally()) {
            assertAsBefore(before);
            refuseOnce(++refused);
        }

        assertThat(refused).isGreaterThan(5);
        assertThat(rig.engine.snapshot().proxies())
                .extracting(status -> status.proxy().name())
                .containsExactly("web", "api");
    }

    private void drain() {
        rig.submit(new Event.StartDrain(Optional.of("web"), DRAINED.endpoint(), Optional.empty()));
        rig.dataplane.takeWrites();
    }

    private void refuseOnce(int number) {
        int[] seen = {0};
        rig.dataplane.refuses = write -> seen[0]++ == number;
    }

    private void assertAsBefore(Image before) {
        Snapshot snapshot = rig.engine.snapshot();
        assertThat(snapshot.synchronised()).isTrue();
        assertThat(snapshot.lastError()).isEmpty();
        assertThat(snapshot.proxies())
                .extracting(status -> status.proxy().name())
                .containsExactly("web", "dns");
        assertThat(snapshot.conditions().isDrained(DRAINED)).isTrue();
        Image now = rig.dataplane.read();
        assertThat(now.services().keySet()).isEqualTo(before.services().keySet());
        assertThat(now.routes().keySet()).isEqualTo(before.routes().keySet());
        assertThat(now.hooks()).isEqualTo(before.hooks());
        assertThat(now.parameters()).isEqualTo(before.parameters());
        now.services()
                .forEach((key, service) -> assertThat(rig.dataplane.reachable(service.group()))
                        .as(key.toString())
                        .isEqualTo(reachable(key.port())));
    }

    private static Set<Endpoint> reachable(int port) {
        return port == 80 ? Set.of(Endpoint.parse("10.0.0.1:8080")) : Set.of(Endpoint.parse("10.0.0.3:53"));
    }

    @Test
    void what_cannot_be_put_back_at_once_is_put_back_when_the_kernel_takes_writes_again() {
        Image before = rig.dataplane.read();
        int[] seen = {0};
        rig.dataplane.refuses = write -> seen[0]++ >= 2;

        assertThat(replace(OTHER_WEB, API).exceptionNow()).isInstanceOf(DataplaneException.class);
        assertThat(rig.engine.snapshot().synchronised()).isFalse();
        assertThat(rig.engine.snapshot().proxy("dns")).isPresent();

        rig.dataplane.refuses = write -> false;
        rig.pass(60_000);

        assertThat(rig.engine.snapshot().synchronised()).isTrue();
        assertThat(rig.dataplane.read().services().keySet())
                .isEqualTo(before.services().keySet());
        assertThat(rig.dataplane.hooks).isEqualTo(before.hooks());
    }

    @Test
    void an_interface_that_cannot_be_attached_takes_the_whole_change_back() {
        rig.dataplane.refuses = write -> write instanceof Write.Attach;

        assertThat(replace(OTHER_WEB, DNS, API).exceptionNow()).isInstanceOf(DataplaneException.class);

        Snapshot snapshot = rig.engine.snapshot();
        assertThat(snapshot.synchronised()).isTrue();
        assertThat(snapshot.proxies())
                .extracting(status -> status.proxy().name())
                .containsExactly("web", "dns");
        assertThat(rig.dataplane.hooks).containsOnlyKeys("eth0");
    }

    @Test
    void a_contradiction_is_refused_before_anything_is_written() {
        assertThat(replace(WEB, "again: eth0 80 tcp -> 10.0.0.1:80").exceptionNow())
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.LISTENER_CONFLICT));
        assertThat(rig.dataplane.takeWrites()).isEmpty();
        assertThat(rig.engine.snapshot().proxies()).hasSize(2);
    }

    @Test
    void what_others_asked_for_in_the_same_turn_stays_when_it_is_taken_back() {
        rig.dataplane.refuses = write -> write instanceof Write.Attach;
        CompletableFuture<Snapshot> first =
                rig.engine.submit(new AddProxy(ProxyText.proxy("a: eth0 82 -> 10.0.0.5:1")));
        CompletableFuture<Snapshot> replaced = rig.engine.submit(replacing(WEB, DNS, API));
        CompletableFuture<Snapshot> last = rig.engine.submit(new AddProxy(ProxyText.proxy("b: eth0 83 -> 10.0.0.6:1")));

        rig.engine.runOnce(rig.now);

        assertThat(replaced).isCompletedExceptionally();
        assertThat(first).isCompleted();
        assertThat(last).isCompletedWithValueMatching(Snapshot::synchronised);
        assertThat(rig.engine.snapshot().proxies())
                .extracting(status -> status.proxy().name())
                .containsExactly("web", "dns", "a", "b");
    }

    @Test
    void drains_and_declared_health_stay_with_targets_that_stay() {
        drain();
        rig.dataplane.emptyGroups = true;
        rig.submit(new Event.ForceHealth("dns", Endpoint.parse("10.0.0.3:53"), Optional.of(false)));

        replace("web: eth0 80 tcp -> 10.0.0.1:8080*20 10.0.0.2:8080*80");

        Conditions conditions = rig.engine.snapshot().conditions();
        assertThat(conditions.isDrained(DRAINED)).isTrue();
        assertThat(conditions.forced()).isEmpty(); // of a proxy that is gone
        assertThat(rig.engine.snapshot().proxy("web").orElseThrow().targets())
                .extracting(Snapshot.TargetStatus::weight)
                .containsExactly(100, 0);
    }

    private CompletableFuture<Snapshot> replace(String... proxies) {
        return rig.submit(replacing(proxies));
    }

    private static Replace replacing(String... proxies) {
        List<Proxy> all = Arrays.stream(proxies).map(ProxyText::proxy).toList();
        return new Replace(new Desired(all, Settings.DEFAULT));
    }
}
