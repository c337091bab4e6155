package io.weir.dataplane;

import io.weir.engine.Image;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.MappedArray;
import io.weir.model.ControlPlane.Rate;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;

/** The one element of the map {@code settings}, in memory: every field is stored whole while packets pass. */
final class SettingsTable implements AutoCloseable {

    /**
     * When timeouts become shorter, expiry may know of it so much later. At 1M flows looking at all of them once in this time
     * takes a hundredth of a CPU.
     */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(60);

    private final MappedArray memory;

    SettingsTable(BpfMap map) {
        this.memory = map.map();
    }

    /** What the data path must know before its first packet. */
    void begin(Jiffies jiffies, Sizes sizes, int halfOpenBuckets) {
        write(NodeAbi.Settings.HZ, jiffies.hz());
        write(NodeAbi.Settings.HALF_OPEN_MASK, halfOpenBuckets - 1);
        write(NodeAbi.Settings.CROWDED, sizes.crowded());
        write(NodeAbi.Settings.FULL, sizes.maxConnections());
        write(NodeAbi.Settings.LOOK_AGAIN, jiffies.of(LOOK_AGAIN));
    }

    /**
     * Expiry looks at no flow for a while: {@link NodeAbi#REST_SECONDS}, unless it is woken before. It believes no longer rest.
     *
     * @param now jiffies
     */
    void rest(long now, Jiffies jiffies) {
        write(NodeAbi.Settings.RESTING, now + (long) NodeAbi.REST_SECONDS * jiffies.hz() - 1 | 1); // never 0
    }

    void wake() {
        write(NodeAbi.Settings.RESTING, 0);
    }

    /** The clock an earlier process found, if there was one. */
    Jiffies jiffies() {
        return new Jiffies((int) Math.max(1, read(NodeAbi.Settings.HZ)));
    }

    /** All cached next hops are stale from now on. */
    void raiseGeneration() {
        write(NodeAbi.Settings.GENERATION, read(NodeAbi.Settings.GENERATION) + 1);
    }

    void write(Image.Parameters parameters, Jiffies jiffies) {
        writeTimeouts(parameters.timeouts(), jiffies);
        RateLimits limits = parameters.limits();
        // Before the flags that make the data path look at them.
        write(NodeAbi.Settings.SOURCE_RATE, NodeAbi.Settings.SOURCE_BURST, limits.perSource());
        write(NodeAbi.Settings.TARGET_RATE, NodeAbi.Settings.TARGET_BURST, limits.perTarget());
        write(
                NodeAbi.Settings.FLAGS,
                (parameters.events() ? NodeAbi.SETTINGS_EVENTS : 0)
                        | (parameters.totals() ? NodeAbi.SETTINGS_TOTALS : 0)
                        | (limits.perSource().isPresent() ? NodeAbi.SETTINGS_LIMIT_SOURCES : 0)
                        | (limits.perTarget().isPresent() ? NodeAbi.SETTINGS_LIMIT_TARGETS : 0));
        write(NodeAbi.Settings.SEED, parameters.seed());
    }

    Image.Parameters parameters(Jiffies jiffies) {
        long flags = read(NodeAbi.Settings.FLAGS);
        return new Image.Parameters(
                new Settings.Timeouts(
                        jiffies.duration(read(NodeAbi.Settings.ESTABLISHED_TIMEOUT)),
                        jiffies.duration(read(NodeAbi.Settings.UDP_TIMEOUT)),
                        jiffies.duration(read(NodeAbi.Settings.SYN_TIMEOUT)),
                        jiffies.duration(read(NodeAbi.Settings.CLOSING_TIMEOUT))),
                (flags & NodeAbi.SETTINGS_EVENTS) != 0,
                (flags & NodeAbi.SETTINGS_TOTALS) != 0,
                (int) read(NodeAbi.Settings.SEED),
                new RateLimits(
                        (flags & NodeAbi.SETTINGS_LIMIT_SOURCES) != 0
                                ? rate(NodeAbi.Settings.SOURCE_RATE, NodeAbi.Settings.SOURCE_BURST)
                                : Optional.empty(),
                        (flags & NodeAbi.SETTINGS_LIMIT_TARGETS) != 0
                                ? rate(NodeAbi.Settings.TARGET_RATE, NodeAbi.Settings.TARGET_BURST)
                                : Optional.empty()));
    }

    private void write(Field perSecond, Field burst, Optional<Rate> limit) {
        limit.ifPresent(rate -> {
            write(perSecond, rate.perSecond());
            write(burst, rate.burst());
        });
    }

    private Optional<Rate> rate(Field perSecond, Field burst) {
        return Optional.of(new Rate((int) read(perSecond), (int) read(burst)));
    }

    void writeTimeouts(Settings.Timeouts timeouts, Jiffies jiffies) {
        write(NodeAbi.Settings.ESTABLISHED_TIMEOUT, jiffies.of(timeouts.established()));
        write(NodeAbi.Settings.UDP_TIMEOUT, jiffies.of(timeouts.udp()));
        write(NodeAbi.Settings.SYN_TIMEOUT, jiffies.of(timeouts.syn()));
        write(NodeAbi.Settings.CLOSING_TIMEOUT, jiffies.of(timeouts.closing()));
    }

    /** Addresses no listener has or had, as far as anybody has said. */
    Strangers strangers() {
        return Strangers.of(IntStream.range(0, NodeAbi.Settings.STRANGERS.count())
                .map(word -> memory.readInt(0, stranger(word)))
                .toArray());
    }

    void write(Strangers strangers) {
        for (int word = 0; word < strangers.words(); word++) {
            memory.writeInt(0, stranger(word), strangers.word(word));
        }
    }

    private static int stranger(int word) {
        return NodeAbi.Settings.STRANGERS.offset() + word * NodeAbi.Settings.STRANGERS.width();
    }

    private long read(Field field) {
        return memory.readInt(0, field.offset()) & 0xffffffffL;
    }

    private void write(Field field, long value) {
        memory.writeInt(0, field.offset(), (int) value);
    }

    @Override
    public void close() {
        memory.close();
    }
}
