package io.weir.engine;

import io.weir.model.Settings;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** How long numbers rest before another may have them. */
final class Quarantine {

    /** A packet that looked a group or slice up has long gone through: programs run for microseconds. */
    static final long IN_FLIGHT_MS = 2_000;

    private static final Duration TARGET = Duration.ofSeconds(60);

    private Quarantine() {}

    /** Half-open flows are not counted as active: wait until any has become a flow or timed out, twice over. */
    static long targetMs(Settings settings) {
        Duration halfOpen = settings.timeouts().syn().multipliedBy(2);
        return (halfOpen.compareTo(TARGET) > 0 ? halfOpen : TARGET).toMillis();
    }

    static boolean isOver(long since, long lasting, long now) {
        return since != Ids.IN_USE && now - since >= lasting;
    }

    /** Target indices whose flows have to be counted, because something waits for them to be none. */
    static Set<Integer> questions(Ids ids, Settings settings, long now) {
        long lasting = targetMs(settings);
        Set<Integer> indices = new HashSet<>();
        for (Ids.TargetId target : ids.targets().ids().values()) {
            if (isOver(target.idleSince(), lasting, now)) {
                indices.add(target.index());
            }
        }
        for (Ids.ListenerPort port : ids.listenerPorts().values()) {
            if (isOver(port.idleSince(), lasting, now)) {
                indices.addAll(port.targets());
            }
        }
        return indices;
    }
}
