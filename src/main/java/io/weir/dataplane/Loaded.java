package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.model.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The programs loaded over pinned maps. In this order, so that a crash at any point leaves a data path that forwards: adopt
 * maps of the same shape and size; load; copy what could not be adopted; switch the attached programs; pin what is new; drop
 * what is old.
 *
 * @param objects programs and maps
 * @param attachments where they are attached
 * @param jiffies the programs' clock
 * @param summary what was done, one line
 */
record Loaded(BpfObjects objects, Attachments attachments, Jiffies jiffies, String summary) implements AutoCloseable {

    /** Flows confirmed this long before a copy began are copied again: clocks are read one after the other. */
    private static final int OVERLAP_SECONDS = 2;

    static Loaded load(Settings settings, ObjectFiles files, HostRecord record, TcHook.Kind kind) {
        PinDirectory pins = new PinDirectory(settings.pinPath());
        pins.prepare();
        Sizes sizes = new Sizes(settings.maxConnections(), settings.statsEnabled());
        List<Path> others = pins.otherMaps();
        Map<String, BpfMap> pinned = PinDirectory.open(pins.maps());
        Map<String, BpfMap> before = new HashMap<>();
        try {
            if (pinned.isEmpty() && !others.isEmpty()) {
                before.putAll(PinDirectory.open(others.getLast()));
            }
            Map<String, BpfMap> adopted = adopt(pinned, sizes, before);
            BpfObjects objects = BpfObjects.load(files, sizes, adopted);
            try {
                Attachments attachments = new Attachments(pins, new TcHook(pins, record, kind), objects);
                return bringUp(objects, pins, attachments, sizes, before, adopted.keySet(), others);
            } catch (RuntimeException failed) {
                objects.close();
                throw failed;
            }
        } finally {
            pinned.values().forEach(BpfMap::close);
            before.values().forEach(BpfMap::close);
        }
    }

    private static Loaded bringUp(
            BpfObjects objects,
            PinDirectory pins,
            Attachments attachments,
            Sizes sizes,
            Map<String, BpfMap> before,
            Set<String> adopted,
            List<Path> others) {
        Migration migration = new Migration(before, objects);
        // The timer must know the timeouts before it fires; it has nothing to look at until flows are copied.
        Jiffies jiffies = clock(objects, sizes);
        long now = Counters.jiffies(objects.map(MapShape.EXPIRY));
        migration.copyAll();
        try (SettingsTable table = new SettingsTable(objects.map(MapShape.SETTINGS))) {
            table.begin(jiffies, sizes);
        }
        attachments.replacePrograms();
        migration.copyYounger(now - (long) OVERLAP_SECONDS * jiffies.hz());
        MapShape.ALL.stream()
                .map(MapShape::name)
                .filter(name -> !adopted.contains(name))
                .forEach(name -> pins.pin(name, objects.map(name)));
        others.forEach(PinDirectory::removeDirectory);
        String done = adopted.isEmpty() && before.isEmpty() ? "made new maps" : "adopted " + adopted.size() + " maps";
        return new Loaded(
                objects,
                attachments,
                jiffies,
                done + (before.isEmpty() ? "" : "; " + migration.summary()) + "; the tables take "
                        + MemoryEstimate.of(objects).text());
    }

    /** Starts expiry, which reads the programs' clock, and gives a fresh settings map what the timer needs. */
    private static Jiffies clock(BpfObjects objects, Sizes sizes) {
        try (SettingsTable table = new SettingsTable(objects.map(MapShape.SETTINGS))) {
            boolean fresh = table.isFresh();
            if (fresh) {
                table.writeTimeouts(Settings.Timeouts.DEFAULT, Jiffies.FASTEST);
            }
            objects.startExpiry();
            // It cannot change before the next boot, which ends the pins.
            Jiffies found = fresh
                    ? Jiffies.at(Counters.jiffies(objects.map(MapShape.EXPIRY)), System.nanoTime())
                    : table.jiffies();
            if (fresh) {
                table.writeTimeouts(Settings.Timeouts.DEFAULT, found);
            }
            table.begin(found, sizes);
            return found;
        }
    }

    /** Maps of the right size; the others go to those whose contents are copied. */
    private static Map<String, BpfMap> adopt(Map<String, BpfMap> pinned, Sizes sizes, Map<String, BpfMap> before) {
        Set<String> replaced = new HashSet<>();
        pinned.forEach((name, map) -> {
            if (sizes.of(name).filter(size -> size != map.info().maxEntries()).isPresent()) {
                replaced.add(name);
            }
        });
        if (replaced.contains(MapShape.HALF_OPEN)) {
            // The mask belongs to the table: both are switched at once, with the programs.
            replaced.add(MapShape.SETTINGS);
        }
        Map<String, BpfMap> adopted = new HashMap<>();
        pinned.forEach((name, map) -> {
            if (replaced.contains(name)) {
                before.put(name, map);
            } else {
                adopted.put(name, map);
            }
        });
        return adopted;
    }

    @Override
    public void close() {
        objects.close();
    }
}
