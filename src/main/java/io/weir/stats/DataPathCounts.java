package io.weir.stats;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Port: what the data path counts, read when somebody asks. */
public interface DataPathCounts {

    /**
     * What went over a target since its index was given to it.
     *
     * @param active connections now
     * @param forward to the target
     * @param reverse to the clients
     */
    record Traffic(long active, Volume forward, Volume reverse) {

        public static final Traffic NONE = new Traffic(0, new Volume(0, 0), new Volume(0, 0));

        public Traffic plus(Traffic other) {
            return new Traffic(active + other.active, forward.plus(other.forward), reverse.plus(other.reverse));
        }
    }

    record Volume(long packets, long bytes) {

        Volume plus(Volume other) {
            return new Volume(packets + other.packets, bytes + other.bytes);
        }
    }

    /** A proxy's number and a target's index. */
    record Place(int proxy, int target) {}

    /**
     * Those of a proxy at a target.
     *
     * @param opened since the place was first used
     * @param active connections now
     */
    record Connections(long opened, long active) {}

    /** @param packets that were treated so since the data path was made */
    record Verdict(String verdict, String reason, long packets) {}

    record Table(long entries, long capacity) {}

    /**
     * @param indices of targets
     * @return by index
     */
    Map<Integer, Traffic> targets(Set<Integer> indices);

    /** A place that has had no connection is absent. */
    Map<Place, Connections> connections();

    /** One for each reason there is. */
    List<Verdict> verdicts();

    /** By name. */
    Map<String, Table> tables();

    /** Events that found no room on their way to the node. */
    long eventsLost();
}
