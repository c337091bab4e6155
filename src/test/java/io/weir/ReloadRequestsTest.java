package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReloadRequestsTest {

    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final Semaphore ends = new Semaphore(0);

    @Test
    void however_many_come_while_one_runs_they_are_one_more() throws Exception {
        try (ReloadRequests requests = new ReloadRequests(this::reload).start()) {
            requests.ask("SIGHUP");
            assertThat(begun.poll(10, TimeUnit.SECONDS)).isEqualTo("SIGHUP");
            for (int signal = 0; signal < 1000; signal++) {
                requests.ask("SIGHUP");
            }
            requests.ask("file");
            assertThat(begun).isEmpty();

            ends.release();
            assertThat(begun.poll(10, TimeUnit.SECONDS)).isEqualTo("SIGHUP, file");
            ends.release();
        }
        assertThat(begun).isEmpty();
    }

    @Test
    void one_that_runs_is_waited_for_at_the_end_and_none_begins_any_more() throws Exception {
        ReloadRequests requests = new ReloadRequests(this::reload).start();
        requests.ask("SIGHUP");
        assertThat(begun.poll(10, TimeUnit.SECONDS)).isEqualTo("SIGHUP");
        requests.ask("SIGHUP");
        Thread closing = Thread.ofVirtual().start(requests::close);

        ends.release(2); // the second may have been taken before it was closed

        assertThat(closing.join(java.time.Duration.ofSeconds(10))).isTrue();
        requests.ask("SIGHUP");
        assertThat(begun.size()).isLessThan(2);
    }

    private void reload(String why) {
        begun.add(why);
        ends.acquireUninterruptibly();
    }
}
