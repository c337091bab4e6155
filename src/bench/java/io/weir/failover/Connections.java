package io.weir.failover;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.failover.Talk.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections through load balancers, all on one thread, every byte of them checked: the process behind
 * {@link CheckingClient}, which tells it by lines what to do.
 */
public final class Connections {

    /** Opened in each turn while connections are made: a host cannot have all handshakes at once. */
    private static final int AT_ONCE = 8;

    /** Of ten connections, so many; the others are idle. */
    private static final int BUSY = 1;

    private static final int PUSH = 1;

    /** Descriptors for connections that come and go. */
    private static final int YOUNG = 8000;

    private static final long LONGEST_LIFE = TimeUnit.SECONDS.toNanos(10);

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Way> ways;
    private final Talk.Room room;
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final Survey survey = new Survey();
    private final List<Talk> held = new ArrayList<>();
    private final Deque<Integer> vacant = new ArrayDeque<>();
    private final Set<Talk> young = new LinkedHashSet<>();
    private int perSecond;
    private long nextYoung;
    private long streams;

    /** A client's address and the VIP that it asks. */
    record Way(InetSocketAddress from, InetSocketAddress vip) {}

    private Connections(List<Way> ways) throws IOException {
        this.ways = List.copyOf(ways);
        this.room = new Talk.Room(Selector.open(), new Wheel(System.nanoTime()), ByteBuffer.allocateDirect(Bytes.MOST));
    }

    /** Does what it is told until nobody is there who could; each answer is a line. */
    public static void main(String[] arguments) throws IOException {
        Connections connections = new Connections(Rack.ways());
        Thread.ofPlatform().daemon().start(connections::run);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            System.out.println(connections.answer(order.split(" ")));
        }
    }

    private String answer(String... words) {
        try {
            return CheckingClient.DONE + switch (words[0]) {
                case "hold" -> hold(Integer.parseInt(words[1]));
                case "open" -> openEach(Integer.parseInt(words[1]));
                case "mark" -> order(() -> survey.mark(held, young, System.nanoTime()));
                case "struck" -> struck(Instant.parse(words[1]));
                case "survey" ->
                    JSON.writeValueAsString(survey(Duration.parse(words[1]), Duration.parse(words[2])));
                default -> throw new IllegalArgumentException("unknown: " + words[0]);
            };
        } catch (IOException | RuntimeException failed) {
            return String.valueOf(failed).replace('\n', ' ');
        }
    }

    private void run() {
        try {
            for (long last = System.nanoTime(); ; ) {
                room.selector()
                        .select(
                                key -> ((Talk) key.attachment()).ready(key, System.nanoTime()),
                                Wheel.pause());
                for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
                    order.run();
                }
                long now = System.nanoTime();
                room.wheel().turn(now);
                open(now);
                survey.paused(now - last);
                last = now;
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void open(long now) {
        for (int i = 0; i < AT_ONCE && !vacant.isEmpty(); i++) {
            int place = vacant.pop();
            Talk talk = talk(kindOf(place), now);
            if (place < held.size()) {
                held.set(place, talk);
            } else {
                held.add(talk);
            }
        }
        while (perSecond > 0 && nextYoung <= now) {
            nextYoung += TimeUnit.SECONDS.toNanos(1) / perSecond;
            Talk talk = talk(Kind.YOUNG, now);
            young.add(talk);
            survey.attempted(talk);
            room.wheel().at(now + lifetime(), _ -> retire(talk));
        }
    }

    private static Kind kindOf(int number) {
        int place = number / 2 % 10; // two in a row are of the two families
        return place < BUSY ? Kind.BUSY : place < BUSY + PUSH ? Kind.PUSH : Kind.IDLE;
    }

    private Talk talk(Kind kind, long now) {
        long stream = streams++;
        Way way = ways.get((int) (stream % ways.size()));
        return Talk.open(room, kind, stream, way.from(), way.vip(), now);
    }

    private long lifetime() {
        return Math.min(LONGEST_LIFE, YOUNG * TimeUnit.SECONDS.toNanos(1) / perSecond);
    }

    /** Those that the mark has found stay until they are surveyed. */
    private void retire(Talk talk) {
        if (!survey.wants(talk)) {
            talk.end();
            young.remove(talk);
        }
    }

    private boolean hold(int connections) {
        order(() -> {
            for (int place = 0; place < connections; place++) {
                if (place >= held.size() || held.get(place).hasEnded()) {
                    vacant.add(place);
                }
            }
            return true;
        });
        await("the connections are established", PATIENCE, () -> {
            return vacant.isEmpty() && held.stream().allMatch(Talk::isSettled);
        });
        return true;
    }

    private boolean openEach(int connections) {
        return order(() -> {
            perSecond = connections;
            nextYoung = System.nanoTime();
            return true;
        });
    }

    private boolean struck(Instant time) {
        return order(() -> survey.struck(System.nanoTime() - time.until(Instant.now(), ChronoUnit.NANOS)));
    }

    private Outcome survey(Duration watch, Duration patience) {
        LockSupport.parkNanos(watch.toNanos());
        order(() -> survey.probe(room.wheel(), System.nanoTime()));
        Until.within(patience, () -> !order(() -> survey.anyBehind(System.nanoTime())));
        return order(() -> {
            Outcome outcome = survey.tell(System.nanoTime(), perSecond);
            survey.close();
            young.forEach(Talk::end);
            young.clear();
            return outcome;
        });
    }

    private void await(String what, Duration patience, Callable<Boolean> condition) {
        if (!Until.within(patience, () -> order(condition))) {
            throw new IllegalStateException("waited in vain, " + patience.toSeconds() + " s, until " + what);
        }
    }

    /** Does something on the client's thread. */
    private <T> T order(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        orders.add(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable failed) {
                result.completeExceptionally(failed);
            }
        });
        room.selector().wakeup();
        try {
            return result.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (Exception failed) {
            throw new IllegalStateException(String.valueOf(failed.getMessage()), failed);
        }
    }
}
