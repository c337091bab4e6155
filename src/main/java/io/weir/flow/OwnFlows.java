package io.weir.flow;

import java.util.Optional;
import java.util.function.Consumer;

/** Port: the confirmed flows that this node's own data path carries. Called by one thread. */
public interface OwnFlows {

    /** Begins a walk over all of them. */
    Walk walk();

    /** The one of this one's client and VIP as it is at this moment, wherever it goes. */
    Optional<FlowRecord> find(FlowRecord flow);

    /** How many there are. */
    long count();

    /** Events of flows that found no room since the data path was loaded; never falls. Who sees it rise tells all flows anew. */
    long lost();

    /**
     * Which table this is: another number when it was made anew, as after a restart of the host, and the same one when only the
     * process was restarted and found its flows again. Peers then know whether what is not told any more has ended or was lost.
     */
    long table();

    /**
     * A walk in slices, so that changes can be told in between. Flows that begin or end meanwhile may or may not be seen, and
     * one may be seen twice; one that was there all the time is seen.
     */
    interface Walk extends AutoCloseable {

        /**
         * Hands over a slice, of at most some thousand flows, as the table is at this moment.
         *
         * @return whether there is more
         */
        boolean next(Consumer<FlowRecord> consumer);

        @Override
        void close();
    }
}
