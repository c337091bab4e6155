package io.weir.failover;

import io.weir.failover.Journal.Note;
import io.weir.failover.Lateness.Late;
import io.weir.failover.Rack.Place;
import io.weir.testing.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Sees why a VIP moves: keepalived's log, adverts as they were sent and heard, and what the machine could not do in time.
 */
public final class Vigil implements AutoCloseable {

    /** An advert later than two beats is worth a note. */
    private static final Duration LATE_ADVERT = Duration.ofMillis(100);

    private static final Duration BEFORE = Duration.ofSeconds(2);
    private static final Duration AFTER = Duration.ofSeconds(2);
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final Journal journal;
    private final Drill drill;
    private final List<Path> threads;
    private final MachineState first;
    private final List<Process> processes = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    private final List<AdvertGaps> gaps = new ArrayList<>();
    private final Lateness lateness = new Lateness(PROCESSORS);
    private final Map<Place, Integer> read = new EnumMap<>(Place.class);
    private final Thread secretary;

    /**
     * Begins; returns when all watch.
     *
     * @param file where all that is seen is noted
     */
    public Vigil(Drill drill, Path file) {
        this.drill = drill;
        this.journal = new Journal(file);
        this.threads = Run.shell("pgrep ksoftirqd/").lines()
                .map(process -> Path.of("/proc", process.strip(), "schedstat"))
                .toList();
        this.first = MachineState.now(threads);
        this.secretary = Thread.ofPlatform().daemon().unstarted(this::eachSecond);
        try {
            for (int i = 0; i < PROCESSORS; i++) {
                int processor = i;
                List<String> words = new ArrayList<>(List.of("taskset", "-c", "" + i, "chrt", "--fifo", "90"));
                words.addAll(Ahead.program("-Xint", "16m", Metronome.class));
                listen(words, line -> late(processor, line));
            }
            for (Place place : drill.rack().places()) {
                AdvertGaps gaps = new AdvertGaps();
                this.gaps.add(gaps);
                listen(
                        List.of(
                                "nsenter",
                                "--net=" + drill.rack().path(place.role()),
                                "tcpdump",
                                "-nttlq",
                                "-i",
                                "any",
                                "--immediate-mode",
                                "ip proto 112"),
                        line -> advert(place, gaps, line));
            }
            secretary.start();
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /** Starts a program; returns when its first line is there. */
    private void listen(List<String> words, Consumer<String> taker) {
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            processes.add(process);
            BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
            if (lines.readLine() == null) {
                throw new IllegalStateException(String.join(" ", words) + " says nothing");
            }
            readers.add(Thread.ofPlatform().daemon().start(() -> read(lines, taker)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void read(BufferedReader lines, Consumer<String> taker) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                taker.accept(line);
            }
        } catch (IOException closed) {
            // nobody watches any more
        }
    }

    private void late(int processor, String line) {
        String[] fields = line.split(" ");
        Instant due = Instant.EPOCH.plusNanos(Long.parseLong(fields[0]));
        Late late = new Late(due, due.plusNanos(Long.parseLong(fields[1])));
        lateness.add(processor, late);
        journal.note(
                late.ran(),
                "processor " + processor + " ran a real-time process " + late.length().toMillis() + " ms late");
    }

    private void advert(Place place, AdvertGaps of, String line) {
        of.take(line)
                .filter(gap -> gap.length().compareTo(LATE_ADVERT) > 0)
                .ifPresent(gap -> journal.note(gap.end(), place.role() + " " + gap.words()));
    }

    private void eachSecond() {
        MachineState before = first;
        try {
            while (true) {
                Thread.sleep(Duration.ofSeconds(1));
                MachineState now = MachineState.now(threads);
                journal.note(Instant.now(), before.words(now));
                before = now;
                keepLogs();
            }
        } catch (InterruptedException closed) {
            keepLogs();
        }
    }

    private void keepLogs() {
        for (Place place : drill.rack().places()) {
            List<String> said = drill.node(place).keepalived().said();
            for (String line : said.subList(read.getOrDefault(place, 0), said.size())) {
                KeepalivedLine.parse(line).ifPresent(found ->
                        journal.note(found.time(), place.role() + " keepalived: " + found.words()));
            }
            read.put(place, said.size());
        }
    }

    /** Of what keepalived's log says around that time. */
    public MoveCause cause(Instant time) {
        return MoveCause.of(around(time).toList());
    }

    /** All that was seen around that time, by lines. */
    public Collection<String> story(Instant time) {
        return around(time).toList();
    }

    private Stream<String> around(Instant time) {
        return journal.around(time, BEFORE, AFTER).stream().map(Note::toString);
    }

    /** The longest between two adverts that a node sent. */
    public double sentMillis() {
        return millis(gaps.stream().map(AdvertGaps::sent));
    }

    /** The longest between two adverts that came to a node. */
    public double heardMillis() {
        return millis(gaps.stream().map(AdvertGaps::heard));
    }

    /** The longest that a processor let the foremost process wait. */
    public double lateMillis() {
        return millis(Stream.of(lateness.longest()));
    }

    /** The longest that all of them did so at once. */
    public double stoodMillis() {
        return millis(Stream.of(lateness.longestOfAll()));
    }

    private static double millis(Stream<Duration> some) {
        return some.mapToLong(Duration::toNanos).max().orElse(0) / 1e6;
    }

    public MachineState first() {
        return first;
    }

    public MachineState now() {
        return MachineState.now(threads);
    }

    /** Sees no more; returns when all that was said is noted. */
    public void end() {
        secretary.interrupt();
        processes.forEach(Process::destroy);
        try {
            secretary.join();
            for (Thread reader : readers) {
                reader.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
    }
}
