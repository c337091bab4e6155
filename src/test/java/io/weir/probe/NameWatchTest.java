package io.weir.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.IpAddress;
import io.weir.probe.NameResolver.Answer;
import io.weir.probe.NameResolver.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a clock that the test moves, with a resolver that answers what it says. */
class NameWatchTest {

    private static final long SECOND = 1_000_000_000;
    private static final Duration REFRESH = Duration.ofSeconds(30);
    private static final Result TIMEOUT = new Result.Failed("no DNS server answered in time");
    private static final Result NO_NAME = new Result.Nothing("no such name");
    private static final Result NO_V6 = new Result.Nothing("the name has no IPv6 address");

    private final World world = new World();

    private static final class World implements NameWatch.Sink, NameResolver {

        private final Map<String, Answer> answers = new HashMap<>();
        private final List<CompletableFuture<Answer>> held = new ArrayList<>();
        private final List<String> told = new ArrayList<>();
        private final List<Long> asked = new ArrayList<>();
        private boolean holding;
        private long now = 100 * SECOND;

        @Override
        public CompletableFuture<Answer> resolve(String host) {
            asked.add(now);
            CompletableFuture<Answer> future = new CompletableFuture<>();
            if (holding) {
                held.add(future);
            } else {
                future.complete(answers.getOrDefault(host, new Answer(NO_NAME, NO_NAME)));
            }
            return future;
        }

        @Override
        public void resolved(NameStatus status) {
            told.add("resolved " + status.host() + " " + status.addresses());
        }

        @Override
        public void failed(NameStatus status) {
            told.add("failed " + status.host() + " " + status.addresses() + " " + status.consecutiveFailures() + " "
                    + status.lastError().orElseThrow());
        }

        NameWatch watch(Optional<Path> file) {
            return new NameWatch(this, this, file, () -> now, () -> Instant.ofEpochSecond(now / SECOND), new Random(5));
        }

        void pass(NameWatch watch, long seconds) {
            for (long end = now + seconds * SECOND; now < end; now += SECOND / 10) {
                watch.runOnce();
            }
        }
    }

    private static Result found(String... addresses) {
        return new Result.Found(
                List.of(addresses).stream().map(IpAddress::parse).toList());
    }

    private NameWatch watching(String host, Result v4, Result v6) {
        world.answers.put(host, new Answer(v4, v6));
        NameWatch watch = world.watch(Optional.empty());
        watch.want(Map.of(host, REFRESH));
        return watch;
    }

    /** Asks again at once; what was told of it. */
    private String again(NameWatch watch, String host, Result v4, Result v6) {
        world.answers.put(host, new Answer(v4, v6));
        watch.resolveNow(host).orElseThrow();
        return world.told.getLast();
    }

    @Test
    void a_new_name_is_looked_up_at_once_in_both_families() {
        NameWatch watch = watching("web", found("10.0.0.2", "10.0.0.1"), found("2001:db8::1"));
        assertThat(world.told).containsExactly("resolved web [10.0.0.1, 10.0.0.2, 2001:db8::1]");
        assertThat(watch.settled("web").orElseThrow().toCompletableFuture()).isCompleted();
        assertThat(watch.statuses().get("web").lastSuccess()).contains(Instant.ofEpochSecond(100));
        assertThat(watch.settled("other")).isEmpty();
        assertThat(watch.resolveNow("other")).isEmpty();
    }

    @Test
    void a_name_is_refreshed_at_its_interval_give_or_take_a_tenth() {
        NameWatch watch = watching("web", found("10.0.0.1"), NO_V6);
        world.pass(watch, 3000);
        List<Long> asked = world.asked.subList(3, world.asked.size());
        for (int i = 1; i < asked.size(); i++) {
            assertThat(asked.get(i) - asked.get(i - 1)).isBetween(269 * SECOND / 10, 331 * SECOND / 10);
        }
        assertThat(asked).hasSizeBetween(96, 101);
    }

    @Test
    void whatever_fails_keeps_the_last_good_addresses_and_is_counted() {
        NameWatch watch = watching("web", found("10.0.0.1"), NO_V6);
        assertThat(again(watch, "web", TIMEOUT, TIMEOUT))
                .isEqualTo("failed web [10.0.0.1] 1 no DNS server answered in time");
        assertThat(again(watch, "web", NO_NAME, NO_NAME)).isEqualTo("failed web [10.0.0.1] 2 no such name");
        assertThat(again(watch, "web", new Result.Nothing("the name has no IPv4 address"), NO_V6))
                .isEqualTo("failed web [10.0.0.1] 3 the name has no address");
        assertThat(again(watch, "web", NO_NAME, TIMEOUT))
                .isEqualTo("failed web [10.0.0.1] 4 no DNS server answered in time");
        assertThat(again(watch, "web", found("10.0.0.9"), NO_V6)).isEqualTo("resolved web [10.0.0.9]");
        assertThat(watch.statuses().get("web").consecutiveFailures()).isZero();
    }

    @Test
    void a_family_that_could_not_be_asked_for_keeps_its_addresses_and_one_that_has_none_loses_them() {
        NameWatch watch = watching("web", found("10.0.0.1"), found("2001:db8::1"));
        assertThat(again(watch, "web", found("10.0.0.2"), TIMEOUT)).isEqualTo("resolved web [10.0.0.2, 2001:db8::1]");
        assertThat(again(watch, "web", found("10.0.0.2"), NO_V6)).isEqualTo("resolved web [10.0.0.2]");
    }

    @Test
    void what_no_target_can_have_is_told_and_the_others_serve() {
        Result some = NameResolver.of(List.of(IpAddress.parse("fe80::2"), IpAddress.parse("2001:db8::1")), "none");
        NameWatch watch = watching("web", new Result.Nothing("the name has no IPv4 address"), some);
        assertThat(world.told).containsExactly("resolved web [2001:db8::1]");
        assertThat(watch.statuses().get("web").refused())
                .singleElement()
                .asString()
                .contains("fe80::2%INTERFACE");
        assertThat(again(watch, "web", NO_NAME, NameResolver.of(List.of(IpAddress.parse("fe80::2")), "none")))
                .startsWith("failed web [2001:db8::1] 1 fe80::2: a link-local address means nothing without");
    }

    @Test
    void a_start_without_an_answer_has_what_an_earlier_process_stored(@TempDir Path directory) {
        Optional<Path> file = Optional.of(directory.resolve("names"));
        world.answers.put("web", new Answer(found("10.0.0.1", "10.0.0.2"), NO_V6));
        try (NameWatch first = world.watch(file)) {
            first.want(Map.of("web", REFRESH));
        }
        world.answers.put("web", new Answer(TIMEOUT, TIMEOUT));
        try (NameWatch second = world.watch(file)) {
            second.want(Map.of("web", REFRESH, "new", REFRESH));
            assertThat(second.statuses().get("web").isUnresolved()).isFalse();
            assertThat(second.statuses().get("web").addresses()).hasSize(2);
            assertThat(second.statuses().get("web").lastSuccess()).isEmpty();
            assertThat(second.statuses().get("new").isUnresolved()).isTrue();
        }
        assertThat(world.told).contains("failed web [10.0.0.1, 10.0.0.2] 1 no DNS server answered in time");
    }

    @Test
    void lookups_of_one_name_never_overlap_and_a_forced_one_joins() {
        world.holding = true;
        NameWatch watch = world.watch(Optional.empty());
        watch.want(Map.of("web", REFRESH));
        world.pass(watch, 100);
        CompletableFuture<NameStatus> joined =
                watch.resolveNow("web").orElseThrow().toCompletableFuture();
        assertThat(world.held).hasSize(1);
        assertThat(joined).isNotDone();
        world.held.getFirst().complete(new Answer(found("10.0.0.1"), NO_V6));
        assertThat(joined)
                .isCompletedWithValueMatching(status -> status.addresses().size() == 1);
    }

    @Test
    void a_name_that_is_let_go_or_a_watch_that_is_closed_tells_nothing_more() {
        world.holding = true;
        NameWatch watch = world.watch(Optional.empty());
        watch.want(Map.of("gone", REFRESH, "web", REFRESH));
        watch.want(Map.of("web", REFRESH));
        watch.close();
        world.held.forEach(lookup -> lookup.complete(new Answer(found("10.0.0.1"), NO_V6)));
        assertThat(world.told).isEmpty();
        assertThat(watch.resolveNow("web")).isEmpty();
    }
}
