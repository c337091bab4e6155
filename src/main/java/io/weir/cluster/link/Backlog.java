package io.weir.cluster.link;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Callers who are still to say who they are, of whom only so many may be. Who is good needs a round trip for it, so when it is
 * full the one who has waited longest goes. Addresses that peers have are not counted among strangers: a flood of strangers
 * never costs a peer its place.
 */
final class Backlog {

    static final int PLACES = 64;
    static final int PLACES_OF_ONE_ADDRESS = 8;

    private static final int KNOWN_ADDRESSES = 1024;

    private final Deque<Caller> strangers = new ArrayDeque<>();
    private final Deque<Caller> known = new ArrayDeque<>();
    private final Set<InetAddress> peers = new LinkedHashSet<>();

    /** Somebody who waits. */
    static final class Caller {

        private final InetAddress address;
        private final Runnable hangUp;
        private Optional<LinkRefusal> sentAway = Optional.empty();

        private Caller(InetAddress address, Runnable hangUp) {
            this.address = address;
            this.hangUp = hangUp;
        }

        /** Ends his connection, from whichever thread. */
        synchronized void sendAway(LinkRefusal why) {
            if (sentAway.isEmpty()) {
                sentAway = Optional.of(why);
                hangUp.run();
            }
        }

        /** Why his connection was ended from here. */
        synchronized Optional<LinkRefusal> sentAway() {
            return sentAway;
        }
    }

    /** @param hangUp closes the connection */
    Caller enter(InetAddress address, Runnable hangUp) {
        Caller caller = new Caller(address, hangUp);
        seat(caller).ifPresent(longest -> longest.sendAway(LinkRefusal.CROWDED));
        return caller;
    }

    /** Who has to go for him. */
    private synchronized Optional<Caller> seat(Caller caller) {
        Deque<Caller> room = peers.contains(caller.address) ? known : strangers;
        Optional<Caller> tooMany = Optional.empty();
        long neighbours = room.stream()
                .filter(other -> other.address.equals(caller.address))
                .count();
        if (room == strangers && neighbours >= PLACES_OF_ONE_ADDRESS) {
            tooMany = room.stream()
                    .filter(other -> other.address.equals(caller.address))
                    .findFirst();
        } else if (room.size() >= PLACES) {
            tooMany = Optional.of(room.getFirst());
        }
        tooMany.ifPresent(room::remove);
        room.addLast(caller);
        return tooMany;
    }

    synchronized void leave(Caller caller) {
        strangers.remove(caller);
        known.remove(caller);
    }

    /** A peer is reached there, or has come from there. */
    synchronized void know(InetAddress address) {
        if (peers.add(address) && peers.size() > KNOWN_ADDRESSES) {
            peers.remove(peers.iterator().next());
        }
    }

    /** All are sent away. */
    synchronized void close() {
        strangers.forEach(caller -> caller.sendAway(LinkRefusal.TIMED_OUT));
        known.forEach(caller -> caller.sendAway(LinkRefusal.TIMED_OUT));
    }

    synchronized int waiting() {
        return strangers.size() + known.size();
    }
}
