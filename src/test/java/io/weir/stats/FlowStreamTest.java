package io.weir.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Endpoint;
import io.weir.model.Subscription;
import io.weir.stats.FlowEvent.Closed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FlowStreamTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final Names NAMES = new Names() {
        @Override
        public Optional<String> proxy(int number) {
            return number == 3 ? Optional.of("web") : Optional.empty();
        }

        @Override
        public Optional<Endpoint> target(int index) {
            return index == 4 ? Optional.of(Events.TARGET) : Optional.empty();
        }
    };

    private final Queue<RawEvent> ring = new ConcurrentLinkedQueue<>();
    private final AtomicInteger closed = new AtomicInteger();

    private final EventSource source = new EventSource() {
        @Override
        public int read(Consumer<RawEvent> consumer, int limit) {
            int count = 0;
            for (RawEvent event = ring.poll(); event != null; event = ring.poll()) {
                count++;
                consumer.accept(event);
            }
            return count;
        }

        @Override
        public long lost() {
            return 17;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    };

    @Test
    void numbers_get_their_names_and_an_end_the_time_of_the_last_packet() throws Exception {
        try (FlowStream stream = new FlowStream(source, NAMES, event -> {}).start()) {
            Subscription<FlowEvent> all = stream.subscribe(10);
            Instant before = Instant.now();
            ring.add(Events.raw(4711));
            Closed event = (Closed) all.next(DEADLINE).orElseThrow();
            assertThat(event.connection()).isEqualTo(Events.connection(4711));
            assertThat(event.time())
                    .isBetween(before.minusSeconds(11), Instant.now().minusSeconds(9));
            assertThat(stream.lost()).isEqualTo(17);
        }
        assertThat(closed).hasValue(1);
    }

    @Test
    void a_slow_subscriber_loses_events_which_are_counted_and_holds_up_nobody() throws Exception {
        try (FlowStream stream = new FlowStream(source, NAMES, event -> {}).start()) {
            Subscription<FlowEvent> slow = stream.subscribe(2);
            Subscription<FlowEvent> quick = stream.subscribe(1000);
            Subscription<Closed> ends = stream.subscribeToEnds(1000);
            for (int port = 1; port <= 100; port++) {
                ring.add(Events.raw(port));
            }
            ring.add(Events.opening(101));
            for (int port = 1; port <= 101; port++) {
                assertThat(quick.next(DEADLINE).orElseThrow().connection()).isEqualTo(Events.connection(port));
            }
            assertThat(slow.take(1000))
                    .extracting(event -> event.connection().client().port())
                    .containsExactly(1, 2);
            assertThat(slow.lost()).isEqualTo(99);
            assertThat(quick.lost()).isZero();
            assertThat(ends.take(1000)).hasSize(100);
            assertThat(ends.lost()).isZero();
        }
    }

    @Test
    void a_listener_that_throws_and_a_subscription_that_ended_disturb_nobody() throws Exception {
        Consumer<FlowEvent> broken = event -> {
            throw new IllegalStateException("broken");
        };
        try (FlowStream stream = new FlowStream(source, NAMES, broken).start()) {
            Subscription<FlowEvent> ended = stream.subscribe(10);
            Subscription<FlowEvent> other = stream.subscribe(10);
            ended.close();
            ring.add(Events.raw(1));
            ring.add(Events.raw(2));
            assertThat(other.next(DEADLINE)).isPresent();
            assertThat(other.next(DEADLINE)).isPresent();
            assertThat(ended.take(10)).isEmpty();
            assertThat(ended.lost()).isZero();
        }
    }
}
