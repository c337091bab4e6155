package io.weir.engine;

import java.util.Map;
import java.util.Set;

/** The data path's counters of targets, which circuits and least connections live on. */
@FunctionalInterface
public interface Tallies {

    /** A data path that counts nothing. */
    Tallies NONE = targets -> Map.of();

    /**
     * @param targets their indices
     * @return by index; a target that nothing is known of is absent
     * @throws DataplaneException if the counters cannot be read
     */
    Map<Integer, Tally> tallies(Set<Integer> targets);
}
