package io.weir.engine;

import io.weir.model.Group;
import java.util.Map;

/**
 * What the data path should hold, and how that came about.
 *
 * @param plans each group of the config with weights and reasons
 */
record Derivation(Image image, Ids ids, Map<Group, GroupPlan> plans) {

    /** From what was read back: the starting point after a start. */
    static Derivation recovered(Image image, long now) {
        return new Derivation(image, Ids.recovered(image, now), Map.of());
    }
}
