package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.model.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The programs loaded over pinned maps, which are those an earlier process left as far as they have the right shape and size.
 *
 * @param objects programs and maps
 * @param attachments where they are attached
 * @param jiffies the programs' clock
 * @param summary what was done, one line
 */
record Loaded(BpfObjects objects, Attachments attachments, Jiffies jiffies, String summary) implements AutoCloseable {

    /**
     * How to load.
     *
     * @param files the programs
     * @param kind how TC is reached
     * @param listening interfaces on which clients come in
     * @param steps told after each step
     */
    record How(ObjectFiles files, TcHook.Kind kind, Set<String> listening, Takeover.Steps steps) {}

    static Loaded load(Settings settings, HostRecord record, How how) {
        PinDirectory pins = new PinDirectory(settings.pinPath());
        pins.prepare();
        record.requireHere(pins);
        record.open();
        pins.sets().tidy();
        Sizes sizes = Sizes.of(settings);
        if (pins.sets().isInterrupted()) {
            // In the sizes that are there: whatever else is wanted comes after.
            load(pins, sizes, Set.of(), record, how).close();
        }
        return load(pins, sizes, replaced(pins, sizes), record, how);
    }

    private static Loaded load(PinDirectory pins, Sizes sizes, Set<String> replaced, HostRecord record, How how) {
        List<MapSets.Opened> opened = new ArrayList<>();
        try {
            MapSets.Opened own = pins.sets().own().map(MapSets.Opened::of).orElseGet(MapSets.Opened::none);
            opened.add(own);
            pins.sets().others().forEach(set -> opened.add(MapSets.Opened.of(set)));
            Map<String, BpfMap> adopted = new HashMap<>(own.maps());
            adopted.keySet().removeAll(replaced);
            BpfObjects objects = BpfObjects.load(how.files(), sizes, adopted);
            try {
                Attachments attachments = new Attachments(
                        pins, new TcHook(pins, record, how.kind()), new HeldInterfaces(record), objects);
                Takeover takeover = new Takeover(pins.sets(), objects, attachments, how);
                Jiffies jiffies = takeover.run(own, adopted.keySet(), opened.subList(1, opened.size()));
                return new Loaded(objects, attachments, jiffies, takeover.summary());
            } catch (RuntimeException failed) {
                objects.close();
                throw failed;
            }
        } finally {
            opened.forEach(MapSets.Opened::close);
        }
    }

    /** The maps of the wrong size. */
    private static Set<String> replaced(PinDirectory pins, Sizes sizes) {
        Set<String> replaced = new HashSet<>();
        Map<String, BpfMap> own = pins.sets().own().map(MapSets::open).orElse(Map.of());
        own.forEach((name, map) -> {
            if (sizes.of(name).filter(size -> size != map.info().maxEntries()).isPresent()) {
                replaced.add(name);
            }
        });
        own.values().forEach(BpfMap::close);
        if (replaced.contains(MapShape.HALF_OPEN) || replaced.contains(MapShape.FLOWS4)) {
            // The mask and the limits belong to the tables: they are switched at once, with the programs.
            replaced.add(MapShape.SETTINGS);
        }
        if (replaced.contains(MapShape.FLOWS4)) {
            // What counts flows belongs to the tables they are in: while both are used, a flow may be, or end, in each.
            replaced.add(MapShape.EXPIRY);
            replaced.add(MapShape.TARGET_COUNTERS);
            replaced.add(MapShape.CONNECTIONS);
        }
        if (replaced.contains(MapShape.SHADOWS4)) {
            replaced.add(MapShape.SHADOW_STATE); // it counts them
            replaced.add(MapShape.SHADOW_OWNERS); // it names whose they are
        }
        return replaced;
    }

    @Override
    public void close() {
        objects.close();
    }
}
