package io.weir.model;

import java.util.List;

/**
 * Weighted targets behind a proxy or a route.
 *
 * @param targets one to 1,024, in the order of the config
 */
public record Group(List<Target> targets) {

    public static final int MAX_TARGETS = 1024;

    /** Up to here weights are percentages that sum to 100, above they are relative. */
    public static final int MAX_PERCENT_TARGETS = 8;

    public Group {
        targets = List.copyOf(targets);
        if (targets.isEmpty() || targets.size() > MAX_TARGETS) {
            throw new IllegalArgumentException("a group has 1 to " + MAX_TARGETS + " targets, not " + targets.size());
        }
    }
}
