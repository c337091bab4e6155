package io.weir.packet.model;

import io.weir.model.ControlPlane.Rate;
import io.weir.packet.Setup;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is left of the limits of new connections, by whom they limit; in connections times jiffies in a second. */
final class Buckets<T> {

    private record Level(long left, long at) {}

    private final Map<T, Level> levels = new HashMap<>();

    /** Takes one connection, if it is in there. */
    boolean take(T of, Optional<Rate> limit, long now) {
        if (limit.isEmpty()) {
            return true;
        }
        long most = (long) limit.get().burst() * Setup.HZ;
        Level before = levels.getOrDefault(of, new Level(most, now));
        long left = Math.min(most, before.left + (now - before.at) * limit.get().perSecond());
        boolean enough = left >= Setup.HZ;
        levels.put(of, new Level(enough ? left - Setup.HZ : left, now));
        return enough;
    }
}
