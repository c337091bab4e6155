package io.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.engine.Event.AddProxy;
import io.weir.engine.Event.RemoveProxy;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.Cidr;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EngineTest {

    private static final String WEB = "web: eth0 80 tcp -> 10.0.0.1:8080*50 10.0.0.2:8080*50";

    private final Rig rig = new Rig();

    @Test
    void nothing_is_written_before_the_interfaces_are_known() {
        CompletableFuture<Snapshot> answer = rig.apply(WEB);
        rig.pass(60_000);

        assertThat(answer).isNotDone();
        assertThat(rig.dataplane.writes).isEmpty();

        rig.links("eth0=2");

        assertThat(answer).isCompletedWithValueMatching(Snapshot::synchronised);
    }

    @Test
    void nothing_is_written_before_a_configuration_has_come() {
        rig.links("eth0=2");
        rig.apply(WEB);
        rig.dataplane.takeWrites();

        rig.restart();
        rig.links("eth0=2");
        rig.pass(600_000);

        assertThat(rig.dataplane.writes).isEmpty();
        assertThat(rig.submit(new RemoveProxy("web")))
                .isCompletedExceptionally()
                .failsWithin(0, TimeUnit.SECONDS)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withMessageContaining("no configuration");
    }

    @Test
    void a_full_mailbox_refuses_and_facts_still_come_through() {
        List<CompletableFuture<Snapshot>> answers = new ArrayList<>();
        for (int i = 0; i <= Mailbox.CAPACITY; i++) {
            answers.add(rig.engine.submit(new RemoveProxy("nobody")));
        }
        rig.engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2))));

        assertThat(answers.removeLast().exceptionNow())
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.BUSY));
        assertThat(answers).noneMatch(CompletableFuture::isDone);

        while (rig.engine.runOnce(rig.now) > 0) {
            // each turn takes a batch
        }
        assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void commands_that_come_together_share_one_turn_and_only_the_guilty_are_refused() {
        rig.links("eth0=2");
        rig.apply();
        CompletableFuture<Snapshot> first = rig.engine.submit(new AddProxy(ProxyText.proxy(WEB)));
        CompletableFuture<Snapshot> same = rig.engine.submit(new AddProxy(ProxyText.proxy(WEB)));
        CompletableFuture<Snapshot> other =
                rig.engine.submit(new AddProxy(ProxyText.proxy("dns: eth0 53 udp -> 10.0.0.3:53")));

        rig.engine.runOnce(rig.now);

        assertThat(first)
                .isCompletedWithValueMatching(snapshot -> snapshot.proxies().size() == 2);
        assertThat(other)
                .isCompletedWithValueMatching(snapshot -> snapshot.proxies().size() == 2);
        assertThat(same.exceptionNow()).hasMessage("there is a proxy 'web' already");
    }

    @Test
    void who_asks_for_more_than_there_is_room_for_is_refused_alone() {
        rig.links("eth0=2");
        rig.apply();
        CompletableFuture<Snapshot> small = rig.engine.submit(new AddProxy(ProxyText.proxy(WEB)));
        CompletableFuture<Snapshot> large = rig.engine.submit(new AddProxy(tooLarge()));
        CompletableFuture<Snapshot> after =
                rig.engine.submit(new AddProxy(ProxyText.proxy("dns: eth0 53 udp -> 10.0.0.3:53")));

        rig.engine.runOnce(rig.now);

        assertThat(small).isCompleted();
        assertThat(after).isCompleted();
        assertThat(large.exceptionNow())
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.NO_ROOM));
        assertThat(rig.engine.snapshot().synchronised()).isTrue();
    }

    /** 17 groups of 1,024 targets, all different: more than the target map holds. */
    private static io.weir.model.Proxy tooLarge() {
        StringBuilder text = new StringBuilder("large: eth0 8000 tcp -> 10.1.0.1:80");
        for (int route = 0; route < 17; route++) {
            text.append("; 192.168.").append(route).append(".0/24 ->");
            for (int target = 0; target < 1024; target++) {
                text.append(" 10.")
                        .append(2 + route)
                        .append('.')
                        .append(target / 250)
                        .append('.')
                        .append(1 + target % 250)
                        .append(":80*1");
            }
        }
        return ProxyText.proxy(text.toString());
    }

    @Test
    void when_half_of_the_slots_are_taken_tables_are_made_smaller() {
        rig.links("eth0=2");
        String[] proxies = new String[520];
        for (int i = 0; i < proxies.length; i++) {
            proxies[i] = "p" + i + ": eth0 " + (1000 + i) + " tcp -> 10.0." + i / 250 + "." + (1 + i % 250)
                    + ":80*50 10.1.0.1:80*50";
        }

        assertThat(rig.apply(proxies)).isCompletedWithValueMatching(Snapshot::synchronised);

        assertThat(rig.dataplane.groups.values())
                .extracting(Image.Slice::size)
                .containsOnly(4099, 1021)
                .filteredOn(size -> size == 1021)
                .hasSize(520 - 511);
    }

    @Test
    void a_failed_write_is_tried_again_ever_more_slowly_until_it_succeeds() {
        rig.links("eth0=2");
        List<Long> attempts = new ArrayList<>();
        rig.dataplane.refuses = write -> attempts.add(rig.now);
        CompletableFuture<Snapshot> answer = rig.apply(WEB);
        for (int i = 0; i < 600; i++) {
            rig.pass(100);
        }

        assertThat(answer.exceptionNow()).isInstanceOf(DataplaneException.class);
        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i < attempts.size(); i++) {
            pauses.add(attempts.get(i) - attempts.get(i - 1));
        }
        assertThat(pauses).startsWith(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
        assertThat(rig.engine.snapshot().lastError()).isPresent();

        rig.dataplane.refuses = write -> false;
        rig.pass(10_000);

        assertThat(rig.engine.snapshot().synchronised()).isTrue();
        assertThat(rig.engine.snapshot().lastError()).isEmpty();
    }

    @Test
    void a_hook_that_was_attached_although_it_was_refused_goes_when_nobody_wants_it_any_more() {
        rig.links("eth0=2 eth1=3");
        rig.apply(WEB);
        rig.dataplane.lies = write -> write instanceof Write.Attach;
        rig.submit(new AddProxy(ProxyText.proxy("other: eth1 81 tcp -> 10.0.0.3:80")));
        assertThat(rig.dataplane.hooks).containsKey("eth1");

        assertThat(rig.submit(new RemoveProxy("other"))).isCompletedWithValueMatching(Snapshot::synchronised);

        assertThat(rig.dataplane.hooks).containsOnlyKeys("eth0");
    }

    @Test
    void a_data_path_that_cannot_be_read_takes_nothing_in() {
        rig.dataplane.unreadable = true;
        rig.links("eth0=2");

        assertThat(rig.apply(WEB).exceptionNow()).isInstanceOf(DataplaneException.class);

        rig.dataplane.unreadable = false;
        assertThat(rig.apply(WEB)).isCompletedWithValueMatching(Snapshot::synchronised);
    }

    @Test
    void an_error_of_its_own_does_not_end_the_loop() {
        rig.links("eth0=2");
        rig.dataplane.afterWrite = () -> {
            throw new IllegalStateException("a mistake");
        };

        assertThat(rig.apply(WEB).exceptionNow()).hasMessage("a mistake");

        rig.dataplane.afterWrite = () -> {};
        rig.pass(1_000);
        assertThat(rig.submit(new RemoveProxy("web"))).isCompletedWithValueMatching(Snapshot::synchronised);
    }

    @Test
    void of_facts_that_wait_the_latest_counts_and_names_add_up() {
        rig.apply("web: eth0 80 tcp -> 10.0.0.1:80; a.example -> 10.0.0.2:80; b.example -> 10.0.0.2:80");
        rig.engine.tell(names("a.example", "192.0.2.1"));
        rig.engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2))));
        rig.engine.tell(names("b.example", "192.0.2.2"));
        rig.engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(7))));
        rig.engine.runOnce(rig.now);

        assertThat(rig.dataplane.routes).hasSize(2);
        assertThat(rig.dataplane.hooks.get("eth0").interfaceIndex()).isEqualTo(7);
    }

    private static Event.NamesResolved names(String name, String address) {
        return new Event.NamesResolved(Map.of(name, List.of(io.weir.model.IpAddress.parse(address))));
    }

    @Test
    void nothing_to_do_changes_nothing() {
        rig.links("eth0=2");
        rig.apply(WEB);
        Snapshot before = rig.engine.snapshot();

        rig.pass(1_000);

        assertThat(rig.engine.snapshot()).isSameAs(before);
    }

    @Test
    void statistics_can_be_switched() {
        rig.links("eth0=2");
        rig.apply(Settings.DEFAULT, WEB);

        rig.submit(new Event.EnableStatistics(true));

        assertThat(rig.dataplane.parameters.events()).isTrue();
        assertThat(rig.dataplane.parameters.totals()).isTrue();
    }

    @Test
    void a_closed_engine_refuses_what_waits_and_what_comes() throws Exception {
        CompletableFuture<Snapshot> waits = rig.engine.submit(new RemoveProxy("web"));
        rig.engine.start().close();

        assertThatThrownBy(() -> waits.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> rig.engine.submit(new RemoveProxy("web")).get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RefusedException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void a_change_of_one_route_leaves_the_others_as_they_were_worked_out() {
        rig.links("eth0=2");
        rig.apply(WEB + "; 10.1.0.0/16 -> 10.0.0.3:80; 10.2.0.0/16 -> 10.0.0.4:80; 10.3.0.0/16 -> 10.0.0.5:80");
        Snapshot.ProxyStatus before = rig.engine.snapshot().proxy("web").orElseThrow();
        rig.dataplane.takeWrites();

        SourceRoute.Source second = new SourceRoute.Source.Prefix(Cidr.parse("10.2.0.0/16"));
        rig.submit(new Event.RemoveRoute("web", second));

        Snapshot.ProxyStatus after = rig.engine.snapshot().proxy("web").orElseThrow();
        assertThat(rig.dataplane.takeWrites())
                .extracting(WriteText::of)
                .containsExactly("route proxy 1 10.2.0.0/16 removed", "group 3 V4 removed");
        assertThat(after.targets()).isSameAs(before.targets());
        assertThat(after.routes()).hasSize(2);
        assertThat(after.routes().get(0)).isSameAs(before.routes().get(0));
        assertThat(after.routes().get(1)).isSameAs(before.routes().get(2));
    }
}
