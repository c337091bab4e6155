package io.weir.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Await;
import io.weir.model.IpAddress;
import io.weir.testing.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Links over loopback. */
@Tag("cluster")
class LinksTest {

    private final List<Links> open = new ArrayList<>();
    private final List<byte[]> arrived = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        open.forEach(Links::close);
    }

    private Links node(String bind, String name, Keyring keyring, Receiver receiver) throws IOException {
        Identity self = Pair.identity(name);
        Links links = new Links(IpAddress.parse(bind), 0, keyring, () -> self, receiver);
        open.add(links);
        links.start();
        return links;
    }

    private Links listener(Keyring keyring) throws IOException {
        return node("127.0.0.1", "listener", keyring, (kind, peer, frame) -> arrived.add(frame));
    }

    private Links sender(Keyring keyring) throws IOException {
        return node("127.0.0.1", "sender", keyring, (kind, peer, frame) -> {});
    }

    private static PeerAddress address(Links links) throws IOException {
        return new PeerAddress("127.0.0.1", links.port());
    }

    private static byte[] number(int i) {
        return ByteBuffer.allocate(4).putInt(i).array();
    }

    private List<Integer> numbers() {
        synchronized (arrived) {
            return arrived.stream()
                    .map(frame -> ByteBuffer.wrap(frame).getInt())
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource(LinkKind.class)
    void frames_arrive_in_order(LinkKind kind) throws IOException {
        Links to = listener(Pair.ONE);
        Links from = sender(Pair.ONE);
        for (int i = 0; i < 1000; i++) {
            assertThat(from.send(address(to), kind, number(i))).isTrue();
        }
        Await.until("all are there", () -> arrived.size() == 1000);
        assertThat(numbers()).isSorted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void it_listens_on_its_address_alone(String bind) throws IOException {
        Links links = node(bind, "one", Pair.ONE, (kind, peer, frame) -> {});
        new Socket(bind, links.port()).close();
        for (String other : List.of("127.0.0.2", bind.equals("::1") ? "127.0.0.1" : "::1")) {
            assertThat(reaches(other, links.port())).as(other).isFalse();
        }
    }

    @Test
    void it_calls_from_its_address() throws IOException {
        try (ServerSocket called = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            called.setSoTimeout(30_000);
            Links links = node("127.0.0.2", "one", Pair.ONE, (kind, peer, frame) -> {});
            links.send(new PeerAddress("127.0.0.1", called.getLocalPort()), LinkKind.CONTROL, number(1));
            try (Socket caller = called.accept()) {
                assertThat(caller.getInetAddress()).isEqualTo(InetAddress.ofLiteral("127.0.0.2"));
            }
        }
    }

    private static boolean reaches(String host, int port) throws IOException {
        try (Socket socket = new Socket(host, port)) {
            return socket.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }

    @Test
    void who_has_another_key_sends_nothing_and_is_counted() throws IOException {
        Links to = listener(Pair.ONE);
        Links from = sender(Pair.TWO);
        from.send(address(to), LinkKind.CONTROL, number(1));
        Await.until("it is refused", () -> to.refused(LinkRefusal.NO_KEY) > 0 && from.refused(LinkRefusal.NO_KEY) > 0);
        assertThat(arrived).isEmpty();
    }

    @Test
    void another_key_is_taken_while_frames_go_and_none_is_lost() throws Exception {
        Links to = listener(Pair.keys(1, 2));
        Links from = sender(Pair.ONE);
        AtomicInteger downs = new AtomicInteger();
        CountDownLatch up = new CountDownLatch(1);
        Carrier carrier = from.keep(address(to), LinkKind.FLOWS, new Carrier.Watcher() {
            @Override
            public void up(Identity peer) {
                up.countDown();
            }

            @Override
            public void down() {
                downs.incrementAndGet();
            }
        });
        up.await();
        int sent = 0;
        for (Keyring next : List.of(Pair.keys(1, 2), Pair.keys(2, 1), Pair.TWO)) {
            for (int i = 0; i < 5000; i++) {
                while (!carrier.offer(number(sent))) {
                    Thread.onSpinWait();
                }
                sent++;
            }
            from.use(next);
            Optional<Long> first = Optional.of(next.keys().getFirst().id());
            Await.until("it seals with the first key", () -> carrier.key().equals(first));
        }
        to.use(Pair.TWO);
        assertThat(carrier.offer(number(sent++))).isTrue();
        int all = sent;
        Await.until("all are there", () -> arrived.size() == all);
        assertThat(numbers()).isSorted();
        assertThat(downs).hasValue(0);
    }

    @Test
    void a_malformed_frame_is_counted_and_its_connection_closed_and_the_next_one_is_good() throws IOException {
        Links to = node("127.0.0.1", "listener", Pair.ONE, (kind, peer, frame) -> {
            if (frame.length == 0) {
                throw new IllegalArgumentException("malformed");
            }
            arrived.add(frame);
        });
        Links from = sender(Pair.ONE);
        PeerAddress address = address(to);
        from.send(address, LinkKind.FACTS, new byte[0]);
        Await.until("it is counted", () -> to.refused(LinkRefusal.MALFORMED) == 1);
        Await.until("others arrive", () -> {
            from.send(address, LinkKind.FACTS, number(7));
            return !arrived.isEmpty();
        });
    }

    @Test
    void strangers_are_counted_by_reason_and_hurt_nobody() throws IOException {
        Links to = listener(Pair.ONE);
        for (byte[] words : List.of("GET / HTTP/1.0\r\n\r\n".getBytes(), "WEIR\7".getBytes(), "WE".getBytes())) {
            try (Socket stranger = new Socket("127.0.0.1", to.port())) {
                stranger.getOutputStream().write(words);
                stranger.shutdownOutput();
                drain(stranger);
            }
        }
        Await.until(
                "all are counted",
                () -> to.refused(LinkRefusal.MALFORMED) == 1
                        && to.refused(LinkRefusal.UNKNOWN_VERSION) == 1
                        && to.refused(LinkRefusal.TRUNCATED) == 1);
        sender(Pair.ONE).send(address(to), LinkKind.CONTROL, number(1));
        Await.until("a peer is heard", () -> !arrived.isEmpty());
    }

    @Test
    void who_calls_before_a_node_listens_and_does_not_wait_is_no_stranger() throws IOException {
        Identity self = Pair.identity("listener");
        Links to = new Links(
                IpAddress.parse("127.0.0.1"), 0, Pair.ONE, () -> self, (kind, peer, frame) -> arrived.add(frame));
        open.add(to);
        try (Socket early = new Socket("127.0.0.1", to.port())) {
            early.getOutputStream().write("WE".getBytes());
        }
        Links waits = sender(Pair.ONE);
        waits.send(address(to), LinkKind.CONTROL, number(1));
        to.start();
        Await.until("who waited is heard", () -> !arrived.isEmpty());

        try (Socket stranger = new Socket("127.0.0.1", to.port())) {
            stranger.getOutputStream().write("WE".getBytes());
        }
        Await.until("who calls later is counted", () -> to.refused(LinkRefusal.TRUNCATED) > 0);
        assertThat(to.refused(LinkRefusal.TRUNCATED)).isEqualTo(1);
    }

    private static void drain(Socket socket) throws IOException {
        try {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (SocketException reset) {
            // It has not read all that was sent.
        }
    }

    /** More than there are places for, from the peer's own address, all silent and none of them leaving. */
    @Test
    void callers_who_say_nothing_keep_no_peer_out() throws IOException {
        Links to = listener(Pair.ONE);
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * Backlog.PLACES; i++) {
                silent.add(new Socket("127.0.0.1", to.port()));
            }
            sender(Pair.ONE).send(address(to), LinkKind.CONTROL, number(1));
            Await.until("a peer is heard", () -> !arrived.isEmpty());
            assertThat(to.waiting()).isLessThanOrEqualTo(2 * Backlog.PLACES);
            Await.until("all have gone", () -> to.waiting() == 0);
            assertThat(to.refused(LinkRefusal.TIMED_OUT) + to.refused(LinkRefusal.CROWDED))
                    .isEqualTo(silent.size());
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void links_that_are_closed_take_nothing_to_send() throws Exception {
        Links to = listener(Pair.ONE);
        Links from = sender(Pair.ONE);
        from.close();
        assertThat(from.send(address(to), LinkKind.CONTROL, number(1))).isFalse();
    }

    @Test
    void random_bytes_are_refused_and_never_thrown_at_anybody() throws IOException {
        Links to = listener(Pair.ONE);
        sender(Pair.ONE).send(address(to), LinkKind.CONTROL, number(1));
        Await.until("callers are counted, and not only let go as those that came too early", () -> !arrived.isEmpty());
        Seed.times(50, random -> {
            long before = total(to);
            try (Socket stranger = new Socket("127.0.0.1", to.port())) {
                stranger.getOutputStream().write(HandshakeTest.random(random, 500));
                stranger.shutdownOutput();
                drain(stranger);
            } catch (SocketException reset) {
                // It has not read all that was sent.
            }
            Await.until("it is counted", () -> total(to) == before + 1);
        });
    }

    private static long total(Links links) {
        long total = 0;
        for (LinkRefusal refusal : LinkRefusal.values()) {
            total += links.refused(refusal);
        }
        return total;
    }

    @Test
    void a_peer_that_does_not_read_blocks_no_sender_and_what_waits_is_bounded() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Links to = node("127.0.0.1", "listener", Pair.ONE, (kind, peer, frame) -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Links from = sender(Pair.ONE);
        byte[] frame = new byte[LinkKind.FLOWS.frameBytes()];
        boolean refused = false;
        for (int i = 0; i < 1000 && !refused; i++) {
            refused = !from.send(address(to), LinkKind.FLOWS, frame);
        }
        release.countDown();
        assertThat(refused).as("a frame found no room").isTrue();
    }

    @Test
    void a_peer_that_vanished_without_a_word_is_given_up_and_told() throws Exception {
        AtomicBoolean down = new AtomicBoolean();
        AtomicBoolean up = new AtomicBoolean();
        Links to = listener(Pair.ONE);
        try (Blackhole between = new Blackhole(to.port())) {
            Carrier carrier = sender(Pair.ONE)
                    .keep(new PeerAddress("127.0.0.1", between.port()), LinkKind.FLOWS, new Carrier.Watcher() {
                        @Override
                        public void up(Identity peer) {
                            up.set(true);
                        }

                        @Override
                        public void down() {
                            down.set(true);
                        }
                    });
            Await.until("it is up", up::get);
            between.swallow();
            Await.until("it is down", () -> {
                carrier.offer(number(1));
                return down.get();
            });
            assertThat(carrier.offer(number(2))).isFalse();
        }
    }

    @Test
    void an_error_of_who_is_told_ends_one_connection_and_not_the_next() throws IOException {
        AtomicInteger ups = new AtomicInteger();
        Links to = listener(Pair.ONE);
        Carrier carrier = sender(Pair.ONE).keep(address(to), LinkKind.FLOWS, new Carrier.Watcher() {
            @Override
            public void up(Identity peer) {
                if (ups.incrementAndGet() == 1) {
                    throw new IllegalStateException("cannot be told");
                }
            }
        });
        Await.until("frames go after all", () -> carrier.offer(number(1)) && !arrived.isEmpty());
        assertThat(ups.get()).isEqualTo(2);
    }

    @Test
    void a_peer_that_is_dead_has_its_connections_ended() throws Exception {
        AtomicReference<UUID> boot = new AtomicReference<>();
        AtomicInteger downs = new AtomicInteger();
        Links to = node("127.0.0.1", "listener", Pair.ONE, (kind, peer, frame) -> boot.set(peer.boot()));
        Links from = sender(Pair.ONE);
        Carrier carrier = from.keep(address(to), LinkKind.FLOWS, new Carrier.Watcher() {
            @Override
            public void down() {
                downs.incrementAndGet();
            }
        });
        Await.until("it has spoken", () -> {
            carrier.offer(number(1));
            return boot.get() != null;
        });
        to.forget(boot.get(), address(from));

        Await.until("it is cut off", () -> downs.get() == 1);
    }

    @Test
    void a_second_connection_of_a_peer_takes_the_place_of_the_first() throws IOException {
        List<Optional<Integer>> heard = Collections.synchronizedList(new ArrayList<>());
        Links to = node(
                "127.0.0.1",
                "listener",
                Pair.ONE,
                (kind, peer, frame) ->
                        heard.add(Optional.of(ByteBuffer.wrap(frame).getInt())));
        Identity same = Pair.identity("same");
        for (int i = 0; i < 2; i++) {
            Links from = new Links(IpAddress.parse("127.0.0.1"), 0, Pair.ONE, () -> same, (kind, peer, frame) -> {});
            open.add(from);
            int number = i;
            from.send(address(to), LinkKind.FACTS, number(number));
            Await.until("it is heard", () -> heard.contains(Optional.of(number)));
        }
    }
}
