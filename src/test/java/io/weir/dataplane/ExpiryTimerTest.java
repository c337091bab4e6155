package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.libbpf.BpfException;
import io.weir.libbpf.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpiryTimerTest {

    private final Deque<Integer> answers = new ArrayDeque<>();
    private final List<Long> pauses = new ArrayList<>();
    private int attempts;

    @Test
    void a_timer_that_starts_is_armed_once() {
        start();
        assertThat(attempts).isEqualTo(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void what_passes_is_tried_again_after_ever_longer_pauses() {
        answers.addAll(List.of(Errno.ENOMEM, Errno.EBUSY, Errno.EAGAIN));
        start();
        assertThat(attempts).isEqualTo(4);
        assertThat(pauses).containsExactly(1_000_000L, 2_000_000L, 4_000_000L);
    }

    @Test
    void what_does_not_pass_is_told_at_once() {
        answers.add(Errno.EPERM);
        assertThatThrownBy(this::start)
                .isInstanceOfSatisfying(
                        BpfException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(Errno.EPERM))
                .hasMessageStartingWith("starting the expiry timer failed: EPERM");
        assertThat(attempts).isEqualTo(1);
    }

    @Test
    void what_does_not_pass_in_time_is_told_with_its_errno() {
        for (int i = 0; i < 100; i++) {
            answers.add(Errno.ENOMEM);
        }
        assertThatThrownBy(this::start).hasMessageStartingWith("starting the expiry timer failed: ENOMEM");
        assertThat(attempts).isEqualTo(ExpiryTimer.ATTEMPTS);
    }

    private void start() {
        ExpiryTimer.start(
                () -> {
                    attempts++;
                    return answers.isEmpty() ? 0 : answers.remove();
                },
                pauses::add);
    }
}
