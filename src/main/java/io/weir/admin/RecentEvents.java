package io.weir.admin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last events, for whoever comes later. */
final class RecentEvents {

    private static final int KEPT = 100;

    private final Deque<EventView> latest = new ArrayDeque<>();

    synchronized void add(EventView event) {
        latest.addFirst(event);
        if (latest.size() > KEPT) {
            latest.removeLast();
        }
    }

    /** The newest first. */
    synchronized List<EventView> latest() {
        return List.copyOf(latest);
    }
}
