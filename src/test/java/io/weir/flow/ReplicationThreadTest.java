package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Await;
import io.weir.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicationThreadTest {

    private static final NodeId ONE = new NodeId("lb-1");
    private static final NodeId TWO = new NodeId("lb-2");
    private static final int MANY = 100_000;

    private final List<ReplicationThread> threads = new ArrayList<>();
    private final ModelTables held = new ModelTables(System::nanoTime, 2, 1_000);

    @AfterEach
    void end() {
        threads.forEach(ReplicationThread::close);
    }

    /** Carries flows of these numbers. */
    private static class Carried extends NoFlows {
        private final int flows;
        private final CountDownLatch walks;

        Carried(int flows, CountDownLatch walks) {
            this.flows = flows;
            this.walks = walks;
        }

        @Override
        public Walk walk() {
            try {
                walks.await();
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
            return new Walk() {
                @Override
                public boolean next(Consumer<FlowRecord> consumer) {
                    IntStream.range(0, flows).mapToObj(Flows::numbered).forEach(consumer);
                    return false;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public long count() {
            return flows;
        }
    }

    private ReplicationThread start(NodeId id, OwnFlows own, Shadows shadows) {
        ReplicationThread thread = ReplicationThread.start(id, own, shadows, Duration.ofSeconds(1));
        threads.add(thread);
        return thread;
    }

    private static void link(NodeId from, ReplicationThread one, NodeId to, ReplicationThread other) {
        one.up(link(from, to, other));
        other.up(link(to, from, one));
    }

    /** Without threads of its own: who tells waits for who is told, as little as a pipe of this length does. */
    private static PeerLink link(NodeId from, NodeId to, ReplicationThread there) {
        return new TestLink(to, frame -> {
            there.frame(from, frame);
            return true;
        });
    }

    @Test
    void what_the_reader_of_events_tells_is_held_by_the_peer() {
        ReplicationThread one = start(ONE, new NoFlows(), new ModelTables(System::nanoTime, 1, 1));
        ReplicationThread two = start(TWO, new NoFlows(), held);
        link(ONE, one, TWO, two);
        Await.until("the peer is told", () -> {
            ReplicationStatus.Peer peer = one.status().peers().get(TWO);
            return peer != null && peer.told();
        });

        IntStream.range(0, 1_000).forEach(i -> one.opened(Flows.numbered(i), System.nanoTime()));
        IntStream.range(0, 400).forEach(i -> one.closed(Flows.numbered(i), System.nanoTime()));

        Await.until("600 are held", () -> two.status().shadows() == 600);
        Await.until("all are protected", () -> one.status().unprotected() == 0);
        Await.until("the lag is known", () -> one.status().lagMedian().isPositive());
    }

    @Test
    void events_that_find_no_room_are_made_up_for_by_a_walk() {
        CountDownLatch walks = new CountDownLatch(1);
        ReplicationThread one = start(ONE, new Carried(MANY, walks), new ModelTables(System::nanoTime, 1, 1));
        ReplicationThread two = start(TWO, new NoFlows(), held);
        link(ONE, one, TWO, two);

        // Its thread is held up in the walk, and the reader goes on.
        IntStream.range(0, MANY).forEach(i -> one.opened(Flows.numbered(i), System.nanoTime()));
        walks.countDown();

        Await.until("all are held", () -> two.status().shadows() == MANY);
        Await.until("it is in sync", () -> two.status().inSync());
    }

    @Test
    void a_failure_of_the_tables_does_not_end_it() {
        OwnFlows failing = new Carried(500, new CountDownLatch(0)) {
            private int walks;

            @Override
            public Walk walk() {
                if (walks++ == 0) {
                    throw new IllegalStateException("the kernel says no");
                }
                return super.walk();
            }
        };
        ReplicationThread one = start(ONE, failing, new ModelTables(System::nanoTime, 1, 1));
        ReplicationThread two = start(TWO, new NoFlows(), held);
        link(ONE, one, TWO, two);

        Await.until("all are held", () -> two.status().shadows() == 500);
    }

    @Test
    void nobody_waits_for_one_that_is_closed() {
        ReplicationThread one = start(ONE, new NoFlows(), held);
        one.close();

        for (int i = 0; i < 1_000; i++) {
            one.frame(TWO, new byte[1]);
        }
        one.opened(Flows.numbered(1), System.nanoTime());
        assertThat(one.status()).isNotNull();
    }
}
