package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.NoticeLog.Line;
import io.weir.engine.CircuitStatus;
import io.weir.engine.DrainStatus;
import io.weir.engine.Notice;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NoticeLogTest {

    private static final ProxyTarget TARGET = new ProxyTarget("web", Endpoint.parse("10.0.0.1:8080"));

    @Test
    void what_takes_a_target_out_is_a_warning_with_its_reason() {
        CircuitStatus closed = CircuitStatus.of(null);
        CircuitStatus open =
                new CircuitStatus(CircuitStatus.State.OPEN, 0, "5 of 8 connections failed", OptionalLong.of(1), false);

        assertThat(NoticeLog.line(new Notice.HealthNotice(TARGET, HealthTrack.Status.UNHEALTHY, "connection refused")))
                .isEqualTo(new Line(true, "target web 10.0.0.1:8080 is unhealthy: connection refused"));
        assertThat(NoticeLog.line(new Notice.CircuitNotice(TARGET, closed, open)))
                .isEqualTo(new Line(true, "circuit of target web 10.0.0.1:8080 is open: 5 of 8 connections failed"));
    }

    @Test
    void what_brings_it_back_and_what_an_operator_says_is_news() {
        DrainStatus drain = new DrainStatus(
                TARGET, DrainStatus.State.DRAINING, 0, OptionalLong.empty(), Duration.ofSeconds(30), 7, 9, Set.of());

        assertThat(NoticeLog.line(new Notice.HealthNotice(TARGET, HealthTrack.Status.HEALTHY, "")))
                .isEqualTo(new Line(false, "target web 10.0.0.1:8080 is healthy"));
        assertThat(NoticeLog.line(new Notice.DrainNotice(TARGET, drain)))
                .isEqualTo(new Line(false, "drain of target web 10.0.0.1:8080: draining, 7 of 9 connections left"));
        assertThat(NoticeLog.line(new Notice.ForcedNotice(TARGET, Optional.of(false))))
                .isEqualTo(new Line(false, "target web 10.0.0.1:8080 is declared unhealthy"));
    }
}
