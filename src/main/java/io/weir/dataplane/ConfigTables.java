package io.weir.dataplane;

import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.libbpf.BpfMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** All maps the engine's thread writes, as the values of an {@link Image}. */
final class ConfigTables implements AutoCloseable {

    private final TargetTable targets;
    private final SlotTable slots;
    private final ServiceTable services;
    private final PortTable ports;
    private final SettingsTable settings;
    private final ConnectionTable connections;
    private final Jiffies jiffies;

    /** @param maps the maps by name; they stay the caller's */
    ConfigTables(Function<String, BpfMap> maps) {
        this.targets = new TargetTable(
                maps.apply(MapShape.TARGETS),
                maps.apply(MapShape.TARGET_INDICES),
                maps.apply(MapShape.TARGET_COUNTERS));
        this.slots = new SlotTable(maps.apply(MapShape.SLOTS), maps.apply(MapShape.GROUPS));
        this.services = new ServiceTable(maps.apply(MapShape.SERVICES), maps.apply(MapShape.ROUTES));
        this.ports = new PortTable(maps.apply(MapShape.PORTS));
        this.settings = new SettingsTable(maps.apply(MapShape.SETTINGS));
        this.jiffies = settings.jiffies();
        this.connections = new ConnectionTable(
                maps.apply(MapShape.CONNECTIONS),
                services::proxies,
                () -> targets.read().keySet());
    }

    /** Says for the first time who is nobody's address, if no earlier process has; for the one who writes. */
    void begin() {
        if (settings.strangers().isEmpty()) {
            settings.write(Strangers.but(services.services().keySet().stream()
                    .map(Image.ServiceKey::address)
                    .toList()));
        }
    }

    SettingsTable settings() {
        return settings;
    }

    TargetTable targets() {
        return targets;
    }

    Image read(Map<String, Image.Hook> hooks) {
        Map<Image.GroupKey, Image.Slice> groups = slots.groups();
        Map<Image.Slice, Image.Slots> contents = new HashMap<>();
        groups.values().forEach(slice -> contents.computeIfAbsent(slice, slots::slots));
        return new Image(
                targets.read(),
                contents,
                groups,
                services.services(),
                services.routes(),
                ports.read(),
                hooks,
                settings.parameters(jiffies));
    }

    /** Carries out a write to a map; {@link Write.Attach} and {@link Write.Detach} are none. */
    void apply(Write write) {
        switch (write) {
            case Write.PutTarget put -> {
                connections.forgetGone();
                targets.put(put.index(), put.endpoint());
            }
            case Write.RemoveTarget remove -> {
                targets.remove(remove.index(), remove.endpoint());
                connections.noteGone();
            }
            case Write.PutSlots put -> slots.put(put.slice(), put.slots());
            case Write.PutGroup put -> slots.put(put.group(), put.slice());
            case Write.PutService put -> {
                // An address stays known: half-open flows go on when their listener has gone.
                Strangers strangers = settings.strangers();
                strangers.admit(put.key().address());
                settings.write(strangers);
                services.put(put.key(), put.service());
            }
            case Write.RemoveService remove -> {
                services.remove(remove.key());
                connections.noteGone();
            }
            case Write.PutRoute put -> services.put(put.key(), put.route());
            case Write.RemoveRoute remove -> services.remove(remove.key());
            case Write.PutPort put -> ports.put(put.port(), put.bits());
            case Write.PutParameters put -> settings.write(put.parameters(), jiffies);
            case Write.Attach _, Write.Detach _ -> throw new IllegalArgumentException(write + " is about no map");
        }
    }

    @Override
    public void close() {
        slots.close();
        ports.close();
        settings.close();
    }
}
