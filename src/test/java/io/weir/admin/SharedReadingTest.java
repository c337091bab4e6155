package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedReadingTest {

    private final AtomicInteger readings = new AtomicInteger();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 50);
    private final SharedReading<Integer> shared =
            new SharedReading<>(readings::incrementAndGet, Duration.ofNanos(100), now::get);

    @Test
    void many_who_ask_within_its_age_cost_one_reading() {
        assertThat(shared.get()).isEqualTo(1);
        now.addAndGet(99);
        assertThat(shared.get()).isEqualTo(1);
    }

    @Test
    void it_is_read_anew_as_soon_as_it_is_too_old() {
        shared.get();
        now.addAndGet(100);
        assertThat(shared.get()).isEqualTo(2);
        now.addAndGet(99);
        assertThat(shared.get()).isEqualTo(2);
    }

    @Test
    void who_comes_while_it_is_read_gets_what_is_being_read() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch allowed = new CountDownLatch(1);
        SharedReading<Integer> slow = new SharedReading<>(
                () -> {
                    begun.countDown();
                    await(allowed);
                    return readings.incrementAndGet();
                },
                Duration.ofNanos(100),
                now::get);
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(slow::get, Thread::startVirtualThread);
        begun.await();
        CompletableFuture<Integer> second = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> second.complete(slow.get()));
        while (waiting.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
        }

        allowed.countDown();

        assertThat(first.get()).isEqualTo(1);
        assertThat(second.get()).isEqualTo(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void a_reading_that_failed_is_tried_again_by_the_next_who_asks() {
        SharedReading<Integer> failing = new SharedReading<>(
                () -> {
                    if (readings.incrementAndGet() == 1) {
                        throw new IllegalStateException("unreadable");
                    }
                    return readings.get();
                },
                Duration.ofNanos(100),
                now::get);

        assertThatThrownBy(failing::get).hasMessage("unreadable");
        assertThat(failing.get()).isEqualTo(2);
    }
}
