package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.engine.Image;
import io.weir.libbpf.BpfMap;
import io.weir.model.Flow;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A data path as its pins show it, whether or not a node runs. Reads only. */
public final class PinnedDataplane implements AutoCloseable {

    private final PinDirectory pins;
    private final Map<String, BpfMap> maps;
    private final ConfigTables tables;

    private PinnedDataplane(PinDirectory pins, Map<String, BpfMap> maps) {
        this.pins = pins;
        this.maps = maps;
        this.tables = new ConfigTables(this::map);
    }

    /**
     * @return empty if none is pinned there
     * @throws DataplaneException if it cannot be read, or is of another version
     */
    public static Optional<PinnedDataplane> open(Path pinPath) {
        PinDirectory pins = new PinDirectory(pinPath);
        if (!pins.exists()) {
            return Optional.empty();
        }
        return KernelErrors.told(() -> {
            Map<String, BpfMap> maps = pins.sets().own().map(MapSets::open).orElse(Map.of());
            if (maps.isEmpty()) {
                if (!pins.sets().others().isEmpty()) {
                    throw new DataplaneException(
                            "the data path under " + pinPath + " is of another version: ask that version, or let"
                                    + " 'weir run' take it over",
                            0);
                }
                return Optional.empty();
            }
            return Optional.of(new PinnedDataplane(pins, maps));
        });
    }

    /**
     * Everything that is installed; without hooks where it is attached {@link #elsewhere}.
     *
     * @throws DataplaneException if it cannot be read
     */
    public Image read() {
        HostRecord record = new HostRecord(pins.root());
        TcHook tc = new TcHook(pins, record, TcHook.Kind.ofKernel());
        return KernelErrors.told(
                () -> tables.read(record.elsewhere(pins).isPresent() ? Map.of() : Attachments.look(pins, tc)));
    }

    /** That it is attached where the calling thread's network namespace does not show it, and how to get there. */
    public Optional<String> elsewhere() {
        return KernelErrors.told(() -> new HostRecord(pins.root()).elsewhere(pins));
    }

    /** What the data path counted; readable until this closes. */
    public Counters counters() {
        return new Counters(this::map);
    }

    /** At most so many confirmed flows of those that are wanted, in no order. */
    public List<Flow> flows(Predicate<Flow> wanted, int limit) {
        return KernelErrors.told(() -> new FlowTable(this::map, tables.settings()).read(wanted, limit));
    }

    private BpfMap map(String name) {
        @Nullable BpfMap map = maps.get(name);
        if (map == null) {
            throw new DataplaneException("map " + name + " is not pinned under " + pins.root(), 0);
        }
        return map;
    }

    @Override
    public void close() {
        tables.close();
        maps.values().forEach(BpfMap::close);
    }
}
