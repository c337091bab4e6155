package io.weir.lab;

import java.util.ArrayList;
import java.util.List;

/** Which servers a port may lead to: a bit each; 0: nobody listens. */
final class StormLedger {

    private final List<List<Integer>> history = new ArrayList<>();

    StormLedger(int ports) {
        for (int port = 0; port < ports; port++) {
            history.add(new ArrayList<>(List.of(0)));
        }
    }

    /** Before the change is made, and before it is known to have been made, both may be found. */
    synchronized void change(int port, int servers) {
        history.get(port).add(servers);
    }

    /** How far the port's history has gone. */
    synchronized int now(int port) {
        return history.get(port).size() - 1;
    }

    /** All that was allowed from then on. */
    synchronized int allowedSince(int port, int then) {
        List<Integer> all = history.get(port);
        // The change before may have been announced, but not made yet, when the connection was opened.
        return all.subList(Math.max(0, then - 1), all.size()).stream().reduce(0, (a, b) -> a | b);
    }

    /** Whether somebody listened all the time from then on. */
    synchronized boolean alwaysOpenSince(int port, int then) {
        List<Integer> all = history.get(port);
        return all.subList(Math.max(0, then - 1), all.size()).stream().allMatch(servers -> servers != 0);
    }
}
