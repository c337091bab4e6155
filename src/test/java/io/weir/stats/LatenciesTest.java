package io.weir.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.stats.FlowEvent.Opened;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    private final Latencies latencies = new Latencies();

    private void opened(int micros) {
        latencies.add(new Opened(Events.TIME, Events.connection(1), Optional.of(Duration.ofNanos(micros * 1_000L))));
    }

    @Test
    void a_time_is_counted_below_every_bound_that_is_not_smaller() {
        opened(100);
        opened(101);
        opened(2_000_000);
        latencies.add(new Opened(Events.TIME, Events.connection(1), Optional.empty()));
        Distribution handshake = latencies.all().get(Events.TARGET).handshake();
        assertThat(handshake.count()).isEqualTo(3);
        assertThat(handshake.sum()).isEqualTo(Duration.ofNanos(2_000_201_000));
        assertThat(handshake.buckets().get(0)).isEqualTo(new Distribution.Bucket(Duration.ofNanos(100_000), 1));
        assertThat(handshake.buckets().get(1).count()).isEqualTo(2);
        assertThat(handshake.buckets().getLast()).isEqualTo(new Distribution.Bucket(Duration.ofSeconds(1), 2));
    }

    @Test
    void connections_that_ended_are_counted_by_how_long_they_lasted() {
        latencies.add(Events.closed(1));
        Distribution duration = latencies.all().get(Events.TARGET).duration();
        assertThat(duration.sum()).isEqualTo(Duration.ofMillis(1234));
        assertThat(duration.buckets())
                .filteredOn(bucket -> bucket.count() == 1)
                .first()
                .isEqualTo(new Distribution.Bucket(Duration.ofSeconds(5), 1));
    }

    @Test
    void targets_that_are_gone_are_forgotten() {
        opened(100);
        latencies.keep(Set.of(Events.TARGET));
        assertThat(latencies.all()).containsOnlyKeys(Events.TARGET);
        latencies.keep(Set.of());
        assertThat(latencies.all()).isEmpty();
    }
}
