package io.weir.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Endpoint;
import io.weir.model.HealthCheck;
import io.weir.model.HealthCheck.Type;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack;
import io.weir.policy.HealthTrack.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a clock that the test moves, with targets that are well or dead as it says. */
class HealthProberTest {

    private static final long MILLI = 1_000_000;
    private static final ProxyTarget TARGET = new ProxyTarget("web", Endpoint.parse("10.0.0.1:80"));
    private static final ProxyTarget OTHER = new ProxyTarget("web", Endpoint.parse("10.0.0.2:80"));

    private final World world = new World(new Random(7));

    /** Everything outside the prober: the clock, the targets, and who is told. Times in milliseconds. */
    private static final class World implements HealthProber.Sink {

        private record Due(long at, Runnable what) {}

        private record Change(ProxyTarget target, Status status, long at) {}

        private final PriorityQueue<Due> pending = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
        private final Map<Endpoint, CheckResult> answers = new HashMap<>();
        private final List<Change> changes = new ArrayList<>();
        private final List<CheckResult> results = new ArrayList<>();
        private final List<Long> asked = new ArrayList<>();
        private final HealthProber prober;
        private long now = 1_000_000;

        World(Random random) {
            prober = new HealthProber(this, this::check, () -> now * MILLI, random);
        }

        /** Refusals come at once, timeouts after the timeout. */
        private CompletableFuture<CheckResult> check(Probe probe) {
            CheckResult answer = answers.getOrDefault(probe.target(), passed());
            boolean slow = answer instanceof CheckResult.Failed failed && failed.error() == CheckError.TIMEOUT;
            CompletableFuture<CheckResult> future = new CompletableFuture<>();
            asked.add(now);
            pending.add(new Due(now + (slow ? probe.check().timeout().toMillis() : 1), () -> future.complete(answer)));
            return future;
        }

        void pass(long millis) {
            for (long end = now + millis; now < end; now++) {
                while (!pending.isEmpty() && pending.peek().at <= now) {
                    pending.remove().what.run();
                }
                prober.runOnce();
            }
        }

        void answer(ProxyTarget target, CheckResult answer) {
            answers.put(target.endpoint(), answer);
        }

        List<Status> statuses(ProxyTarget target) {
            return changes.stream()
                    .filter(change -> change.target.equals(target))
                    .map(Change::status)
                    .toList();
        }

        @Override
        public void result(ProxyTarget target, CheckResult result) {
            results.add(result);
        }

        @Override
        public void changed(ProxyTarget target, HealthTrack track) {
            changes.add(new Change(target, track.status(), now));
        }
    }

    private static CheckResult passed() {
        return new CheckResult.Passed(Duration.ofMillis(1), "connected");
    }

    private static CheckResult failed(CheckError error) {
        return new CheckResult.Failed(error, Duration.ofMillis(1), error.word());
    }

    private static HealthCheck check(Type type, int interval, int timeout, int healthy, int unhealthy) {
        return new HealthCheck(
                type,
                "/",
                Duration.ofMillis(interval),
                Duration.ofMillis(timeout),
                healthy,
                unhealthy,
                List.of(200),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static Map<ProxyTarget, Probe> both(HealthCheck check) {
        return Map.of(TARGET, new Probe(TARGET.endpoint(), check), OTHER, new Probe(OTHER.endpoint(), check));
    }

    private static Map<ProxyTarget, Probe> one(HealthCheck check) {
        return Map.of(TARGET, new Probe(TARGET.endpoint(), check));
    }

    @ParameterizedTest(name = "interval {0} ms, timeout {1} ms, threshold {2}")
    @CsvSource({"1000,1000,1", "1000,100,3", "2000,2000,3", "10000,3000,3", "1500,700,10"})
    void a_death_is_told_within_interval_times_threshold_plus_timeout(int interval, int timeout, int threshold) {
        Random random = new Random(interval + threshold);
        for (int round = 0; round < 40; round++) {
            World fresh = new World(random);
            fresh.prober.want(both(check(Type.TCP, interval, timeout, 2, threshold)));
            fresh.pass(3L * interval + random.nextInt(interval));
            long death = fresh.now;
            fresh.answer(TARGET, failed(round % 2 == 0 ? CheckError.TIMEOUT : CheckError.CONNECTION_REFUSED));
            fresh.pass((long) interval * threshold + timeout + 2);

            assertThat(fresh.statuses(TARGET)).containsExactly(Status.HEALTHY, Status.UNHEALTHY);
            assertThat(fresh.changes.getLast().at - death).isLessThanOrEqualTo((long) interval * threshold + timeout);
            assertThat(fresh.statuses(OTHER)).containsExactly(Status.HEALTHY);
        }
    }

    @Test
    void a_target_comes_back_after_its_healthy_threshold() {
        world.answer(TARGET, failed(CheckError.CONNECTION_REFUSED));
        world.prober.want(one(check(Type.TCP, 1000, 500, 2, 3)));
        world.pass(4000);
        world.answer(TARGET, passed());
        world.pass(3000);
        assertThat(world.statuses(TARGET)).containsExactly(Status.UNHEALTHY, Status.HEALTHY);
        assertThat(world.prober.standings().get(TARGET).last()).contains(passed());
    }

    @Test
    void what_this_host_could_not_ask_changes_no_status() {
        world.prober.want(one(check(Type.TCP, 1000, 500, 1, 1)));
        world.pass(2000);
        world.answer(TARGET, new CheckResult.NotMade("too many open files"));
        world.pass(10_000);
        assertThat(world.statuses(TARGET)).containsExactly(Status.HEALTHY);
        assertThat(world.results).contains(new CheckResult.NotMade("too many open files"));
    }

    @Test
    void changed_settings_keep_the_status_and_count_by_the_new_thresholds() {
        world.prober.want(one(check(Type.TCP, 1000, 500, 2, 3)));
        world.pass(5000);
        world.answer(TARGET, failed(CheckError.CONNECTION_REFUSED));
        world.prober.want(one(check(Type.HTTP, 1000, 500, 2, 1)));
        assertThat(world.prober.standings().get(TARGET).track().status()).isEqualTo(Status.HEALTHY);
        world.pass(1000);
        assertThat(world.statuses(TARGET)).containsExactly(Status.HEALTHY, Status.UNHEALTHY);
    }

    @Test
    void an_answer_to_the_old_question_does_not_count() {
        world.answer(TARGET, failed(CheckError.TIMEOUT));
        world.prober.want(one(check(Type.TCP, 10_000, 10_000, 1, 1)));
        world.pass(2000); // the check is under way
        world.answer(TARGET, passed());
        world.prober.want(one(check(Type.HTTP, 1000, 500, 1, 1)));
        world.pass(20_000);
        assertThat(world.statuses(TARGET)).containsExactly(Status.HEALTHY);
    }

    @Test
    void a_target_that_is_not_checked_any_more_is_healthy() {
        world.answer(TARGET, failed(CheckError.CONNECTION_REFUSED));
        world.prober.want(one(check(Type.TCP, 1000, 500, 1, 1)));
        world.pass(2000);
        int asked = world.asked.size();
        world.prober.want(one(check(Type.NONE, 1000, 500, 1, 1)));
        world.pass(5000);
        assertThat(world.statuses(TARGET)).containsExactly(Status.UNHEALTHY, Status.HEALTHY);
        assertThat(world.asked).hasSize(asked);
    }

    @Test
    void a_target_that_is_wanted_again_begins_anew() {
        world.answer(TARGET, failed(CheckError.TIMEOUT));
        world.prober.want(one(check(Type.TCP, 1000, 1000, 1, 1)));
        world.pass(1001); // a check is under way
        world.prober.want(Map.of());
        world.answer(TARGET, passed());
        world.prober.want(one(check(Type.TCP, 1000, 1000, 1, 1)));
        world.pass(3000);
        assertThat(world.statuses(TARGET)).endsWith(Status.HEALTHY);
        assertThat(world.prober.standings().get(TARGET).track().failures()).isZero();
    }

    @Test
    void checks_of_one_target_never_overlap_and_a_forced_one_joins_the_one_under_way() {
        world.answer(TARGET, failed(CheckError.TIMEOUT));
        world.prober.want(one(check(Type.TCP, 60_000, 60_000, 1, 1)));
        world.pass(1001);
        assertThat(world.asked).hasSize(1);
        CompletableFuture<CheckResult> joined =
                world.prober.checkNow(TARGET).orElseThrow().toCompletableFuture();
        assertThat(world.asked).hasSize(1);
        world.pass(60_000);
        assertThat(joined).isCompletedWithValue(failed(CheckError.TIMEOUT));
    }

    @Test
    void a_forced_check_counts_and_does_not_move_the_others() {
        world.prober.want(one(check(Type.TCP, 10_000, 500, 1, 1)));
        world.pass(20_000);
        long phase = world.asked.getLast() % 10_000;
        world.answer(TARGET, failed(CheckError.CONNECTION_REFUSED));
        world.pass(10);
        CompletableFuture<CheckResult> forced =
                world.prober.checkNow(TARGET).orElseThrow().toCompletableFuture();
        world.pass(2);
        assertThat(forced).isCompletedWithValue(failed(CheckError.CONNECTION_REFUSED));
        assertThat(world.statuses(TARGET)).containsExactly(Status.HEALTHY, Status.UNHEALTHY);
        world.pass(10_000);
        assertThat(world.asked.getLast() % 10_000).isEqualTo(phase);
        assertThat(world.prober.checkNow(OTHER)).isEmpty();
    }

    @Test
    void what_is_checked_anew_is_told_as_if_for_the_first_time() {
        world.prober.want(one(check(Type.TCP, 10_000, 500, 2, 2)));
        world.pass(30_000);
        assertThat(world.statuses(TARGET)).containsExactly(Status.HEALTHY);

        int checks = world.asked.size();
        world.prober.checkAnew(Set.of(TARGET, OTHER));
        world.pass(2);
        assertThat(world.asked).hasSize(checks + 1);
        assertThat(world.statuses(TARGET)).containsExactly(Status.HEALTHY);
        world.pass(10_000);
        assertThat(world.statuses(TARGET)).containsExactly(Status.HEALTHY, Status.HEALTHY);
        assertThat(world.statuses(OTHER)).isEmpty();
    }

    @Test
    void nobody_is_told_anything_after_the_end() {
        world.answer(TARGET, failed(CheckError.TIMEOUT));
        world.prober.want(one(check(Type.TCP, 1000, 1000, 1, 1)));
        world.pass(1001);
        world.prober.close();
        world.pass(5000);
        assertThat(world.results).isEmpty();
        assertThat(world.changes).isEmpty();
    }
}
