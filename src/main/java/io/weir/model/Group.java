package io.weir.model;

import java.util.List;

/**
 * Weighted targets behind a proxy or a route.
 *
 * @param targets one to 1,024, in the order of the config
 */
public record Group(List<Target> targets) {

    public static final int MAX_TARGETS = 1024;

    public Group {
        targets = List.copyOf(targets);
        if (targets.isEmpty() || targets.size() > MAX_TARGETS) {
            throw new IllegalArgumentException("a group has 1 to " + MAX_TARGETS + " targets, not " + targets.size());
        }
    }
}
