package io.weir.dataplane;

import io.weir.flow.FlowRecord;
import io.weir.flow.OwnFlows;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.MapSlices;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.stats.TrackedFlows.TrackedFlow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The flow tables as they are told to peers. For one thread. */
public final class OwnFlowTable implements OwnFlows {

    private static final int SLICE = 4096;
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final Function<String, BpfMap> maps;
    private final Jiffies jiffies;
    private final ProxyNames proxies;
    private final Counters counters;
    private final long table;

    /** @param maps the maps by name; they stay the caller's */
    OwnFlowTable(Function<String, BpfMap> maps, Jiffies jiffies, ProxyNames proxies, Counters counters) {
        this.maps = maps;
        this.jiffies = jiffies;
        this.proxies = proxies;
        this.counters = counters;
        this.table = boot() ^ maps.apply(MapShape.TARGETS).info().id();
    }

    /**
     * For programs that are loaded without a node.
     *
     * @param hz what the settings have
     */
    public static OwnFlowTable of(BpfObjects objects, int hz, Supplier<Map<Integer, String>> proxyNames) {
        return new OwnFlowTable(objects::map, new Jiffies(hz), new ProxyNames(proxyNames), new Counters(objects::map));
    }

    @Override
    public Walk walk() {
        return new Slices();
    }

    @Override
    public Optional<FlowRecord> find(FlowRecord flow) {
        return KernelErrors.told(() -> {
            try (Arena arena = Arena.ofConfined()) {
                return FlowTable.withoutTotals(maps, jiffies)
                        .entry(flow.client().address().family(), arena)
                        .find(flow.client(), flow.vip(), flow.protocol())
                        .map(this::record);
            }
        });
    }

    @Override
    public long count() {
        return KernelErrors.told(() -> counters.expiry().flows());
    }

    @Override
    public long lost() {
        return KernelErrors.told(counters::eventsLost);
    }

    @Override
    public long table() {
        return table;
    }

    /** A map's number is given once until the host starts again; of this map also when larger tables take the flows along. */
    private static long boot() {
        try {
            UUID id = UUID.fromString(Files.readString(BOOT).strip());
            return id.getMostSignificantBits() ^ id.getLeastSignificantBits();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private FlowRecord record(TrackedFlow tracked) {
        Flow flow = tracked.flow();
        return new FlowRecord(
                flow.protocol(),
                flow.client(),
                flow.vip(),
                new Endpoint(
                        flow.target().address(), Optional.empty(), flow.target().port()),
                proxies.name(tracked.proxy()),
                flow.age(),
                flow.idle());
    }

    private final class Slices implements Walk {

        private final Deque<IpAddress.Family> left = new ArrayDeque<>(List.of(IpAddress.Family.values()));
        private Optional<MapSlices> current = Optional.empty();

        @Override
        public boolean next(Consumer<FlowRecord> consumer) {
            return KernelErrors.told(() -> {
                IpAddress.Family family = left.peek();
                if (family == null) {
                    return false;
                }
                try (Arena arena = Arena.ofConfined()) {
                    FlowTable.Entry entry =
                            FlowTable.withoutTotals(maps, jiffies).entry(family, arena);
                    MapSlices slices = current.orElseGet(() -> entry.table().slices(SLICE));
                    current = Optional.of(slices);
                    slices.next((key, value) -> {
                        entry.read(key, value).ifPresent(tracked -> consumer.accept(record(tracked)));
                        return true;
                    });
                    if (!slices.hasNext()) {
                        close();
                        left.remove();
                    }
                }
                return !left.isEmpty();
            });
        }

        @Override
        public void close() {
            current.ifPresent(MapSlices::close);
            current = Optional.empty();
        }
    }
}
