package io.weir.probe;

import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.probe.NameResolver.Answer;
import io.weir.probe.NameResolver.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows host names: resolves each at once and then every refresh interval, give or take 10 %, whatever the records' time
 * to live says. A lookup that fails, or finds nothing, leaves the addresses as they were. With a file, the last addresses
 * outlive the process.
 */
public final class NameWatch implements AutoCloseable {

    /** Who is told. Called by one thread at a time, in the order in which it happened; must not wait. */
    public interface Sink {

        /** A lookup found addresses: the same as before, or others. */
        void resolved(NameStatus status);

        /** A lookup found none; the status has those that are still used. */
        void failed(NameStatus status);
    }

    private static final Logger LOG = LoggerFactory.getLogger(NameWatch.class);

    /** Between two refreshes, each moved by up to 5 %, lie 90 to 110 % of the interval. */
    private static final double JITTER = 0.05;

    private final Sink sink;
    private final NameResolver resolver;
    private final Optional<LastKnownGood> file;
    private final InstantSource time;
    private final Rounds<String> rounds;
    private final Map<String, Watched> watched = new HashMap<>();
    private final Map<String, List<IpAddress>> stored;
    private CompletableFuture<Void> saving = CompletableFuture.completedFuture(null);
    private boolean unsaved;

    /** @param file where the last addresses are kept, if anywhere */
    public NameWatch(Sink sink, NameResolver resolver, Optional<Path> file) {
        this(sink, resolver, file, System::nanoTime, InstantSource.system(), new Random());
    }

    NameWatch(
            Sink sink,
            NameResolver resolver,
            Optional<Path> file,
            LongSupplier clock,
            InstantSource time,
            RandomGenerator random) {
        this.sink = sink;
        this.resolver = resolver;
        this.file = file.map(LastKnownGood::new);
        this.time = time;
        this.rounds = new Rounds<>("weir-names", new Schedule<>(random, JITTER), clock, this::begin);
        this.stored =
                this.file.<Map<String, List<IpAddress>>>map(LastKnownGood::read).orElse(Map.of());
    }

    private static final class Watched {
        private NameStatus status;
        private final CompletableFuture<NameStatus> first = new CompletableFuture<>();
        private CompletableFuture<NameStatus> underWay = first;

        Watched(NameStatus status) {
            this.status = status;
        }
    }

    /** Begins to refresh, on a thread that ends with {@link #close}. */
    public NameWatch start() {
        rounds.start();
        return this;
    }

    /** All names there are, and how often each is resolved. New ones are looked up at once. */
    public void want(Map<String, Duration> refresh) {
        rounds.locked(() -> {
            watched.keySet().retainAll(refresh.keySet());
            rounds.keep(refresh);
            refresh.keySet().forEach(host -> {
                if (!watched.containsKey(host)) {
                    watched.put(host, new Watched(unknown(host)));
                    rounds.beginNow(host);
                }
            });
        });
    }

    private NameStatus unknown(String host) {
        return new NameStatus(host, stored.getOrDefault(host, List.of()), Optional.empty(), 0, Optional.empty());
    }

    /** The status once a name has been looked up; empty if nobody wants the name. */
    public Optional<CompletionStage<NameStatus>> settled(String host) {
        return rounds.locked(() -> Optional.ofNullable(watched.get(host)).map(of -> of.first.minimalCompletionStage()));
    }

    /** Looks a name up out of turn, or joins the lookup under way; empty if nobody wants the name. */
    public Optional<CompletionStage<NameStatus>> resolveNow(String host) {
        return rounds.locked(() -> {
            if (rounds.isClosed()) {
                return Optional.empty();
            }
            return Optional.ofNullable(watched.get(host)).map(of -> {
                rounds.beginNow(host);
                return of.underWay.minimalCompletionStage();
            });
        });
    }

    /** As it is now; empty if nobody wants the name. */
    public Optional<NameStatus> status(String host) {
        return rounds.locked(() -> Optional.ofNullable(watched.get(host)).map(of -> of.status));
    }

    /** All names, as they are now. */
    public SortedMap<String, NameStatus> statuses() {
        return rounds.locked(() -> {
            SortedMap<String, NameStatus> all = new TreeMap<>();
            watched.forEach((host, of) -> all.put(host, of.status));
            return all;
        });
    }

    /** Begins what is due, where no thread does. */
    void runOnce() {
        rounds.runOnce();
    }

    private void begin(String host) {
        Optional.ofNullable(watched.get(host)).ifPresent(of -> begin(host, of));
    }

    private void begin(String host, Watched of) {
        CompletableFuture<NameStatus> ended = of.underWay.isDone() ? new CompletableFuture<>() : of.underWay;
        of.underWay = ended;
        resolver.resolve(host).thenAccept(answer -> {
            ended.complete(rounds.locked(() -> answered(host, of, answer)));
        });
    }

    private NameStatus answered(String host, Watched of, Answer answer) {
        NameStatus before = of.status;
        of.status = after(before, answer);
        if (rounds.isClosed() || watched.get(host) != of) {
            return of.status;
        }
        rounds.done(host);
        try {
            if (of.status.lastError().isEmpty()) {
                sink.resolved(of.status);
            } else {
                sink.failed(of.status);
            }
        } catch (RuntimeException failed) {
            LOG.error("what became of the name {} was lost", host, failed);
        }
        if (!of.status.addresses().equals(before.addresses())) {
            save();
        }
        if (!of.status.refused().isEmpty() && !of.status.refused().equals(before.refused())) {
            LOG.warn("{}: not used is {}", host, String.join("; ", of.status.refused()));
        }
        return of.status;
    }

    /** A family that could not be asked for keeps its addresses, also when there are new ones of the other. */
    private NameStatus after(NameStatus before, Answer answer) {
        boolean found = answer.v4() instanceof Result.Found || answer.v6() instanceof Result.Found;
        if (!found) {
            return new NameStatus(
                    before.host(),
                    before.addresses(),
                    before.lastSuccess(),
                    before.consecutiveFailures() + 1,
                    Optional.of(why(answer)),
                    answer.refused());
        }
        List<IpAddress> addresses = Stream.concat(
                        addresses(answer.v4(), Family.V4, before), addresses(answer.v6(), Family.V6, before))
                .sorted()
                .limit(LastKnownGood.MAX_ADDRESSES)
                .toList();
        return new NameStatus(
                before.host(), addresses, Optional.of(time.instant()), 0, Optional.empty(), answer.refused());
    }

    private static Stream<IpAddress> addresses(Result result, Family family, NameStatus before) {
        return switch (result) {
            case Result.Found found -> found.addresses().stream();
            case Result.Nothing _ -> Stream.of();
            case Result.Failed _ -> before.addresses().stream().filter(known -> known.family() == family);
        };
    }

    private static String why(Answer answer) {
        if (!answer.refused().isEmpty()) {
            return String.join("; ", answer.refused());
        }
        return switch (answer.v4()) {
            case Result.Failed failed -> failed.why();
            case Result.Nothing none when answer.v6() instanceof Result.Failed failed -> failed.why();
            case Result.Nothing none
            when answer.v6() instanceof Result.Nothing other ->
                none.why().equals(other.why()) ? none.why() : "the name has no address";
            default -> "the name has no address";
        };
    }

    /** One writer at a time, which also takes what comes while it writes. */
    private void save() {
        if (file.isEmpty()) {
            return;
        }
        unsaved = true;
        if (saving.isDone()) {
            saving = CompletableFuture.runAsync(
                    () -> write(file.get()), task -> Thread.ofVirtual().start(task));
        }
    }

    private void write(LastKnownGood to) {
        while (true) {
            Optional<SortedMap<String, List<IpAddress>>> names = rounds.locked(this::takeUnsaved);
            if (names.isEmpty()) {
                return;
            }
            try {
                to.write(names.get());
            } catch (IOException failed) {
                LOG.warn("the last addresses of names are not kept for a restart: {}", failed.toString());
            }
        }
    }

    private Optional<SortedMap<String, List<IpAddress>>> takeUnsaved() {
        if (!unsaved) {
            saving = CompletableFuture.completedFuture(null);
            return Optional.empty();
        }
        unsaved = false;
        SortedMap<String, List<IpAddress>> names = new TreeMap<>();
        watched.forEach((host, of) -> names.put(host, of.status.addresses()));
        return Optional.of(names);
    }

    /** No lookup begins and nobody is told anything after this; what is known is on disk. */
    @Override
    public void close() {
        rounds.close();
        rounds.locked(() -> saving).join();
    }
}
