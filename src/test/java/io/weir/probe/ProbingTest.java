package io.weir.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.HealthCheck;
import io.weir.model.HealthCheck.Type;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack;
import io.weir.policy.HealthTrack.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The prober with its own thread and clock, against servers on the loopback interface. */
class ProbingTest {

    private final BlockingQueue<Status> told = new LinkedBlockingQueue<>();

    private final HealthProber.Sink sink = new HealthProber.Sink() {
        @Override
        public void result(ProxyTarget target, CheckResult result) {}

        @Override
        public void changed(ProxyTarget target, HealthTrack track) {
            told.add(track.status());
        }
    };

    @Test
    void a_server_that_begins_to_hang_is_told_of_and_again_when_it_answers() throws Exception {
        AtomicBoolean hangs = new AtomicBoolean();
        try (FakeServer server = FakeServer.of((connection, itself) -> (hangs.get()
                                ? FakeServer.SILENT
                                : FakeServer.answering(FakeServer.status(200)))
                        .treat(connection, itself));
                HealthChecks checks = new HealthChecks();
                HealthProber prober = new HealthProber(sink, checks).start()) {
            ProxyTarget target = new ProxyTarget("web", server.endpoint());
            prober.want(Map.of(target, new Probe(server.endpoint(), check())));
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(Status.HEALTHY);
            hangs.set(true);
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(Status.UNHEALTHY);
            assertThat(prober.standings().get(target).last().orElseThrow().message())
                    .startsWith("connected, but no whole answer within");
            hangs.set(false);
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(Status.HEALTHY);
        }
    }

    private static HealthCheck check() {
        return new HealthCheck(
                Type.HTTP,
                "/",
                Duration.ofMillis(250),
                Duration.ofMillis(250),
                2,
                3,
                List.of(200),
                Optional.empty(),
                Optional.empty(),
                false);
    }
}
