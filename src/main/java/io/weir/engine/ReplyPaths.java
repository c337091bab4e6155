package io.weir.engine;

import io.weir.model.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By how many targets each interface is used for replies.
 *
 * @param paths the routing table this was counted with, by identity
 * @param targets by interface name
 */
record ReplyPaths(Optional<Map<Endpoint, String>> paths, Map<String, Integer> targets) {

    static final ReplyPaths UNKNOWN = new ReplyPaths(Optional.empty(), Map.of());

    /** @param changed the indices whose endpoints are not as before */
    static ReplyPaths of(State state, Derivation previous, Ids ids, Set<Integer> changed) {
        if (state.paths().isEmpty()) {
            return UNKNOWN;
        }
        Map<Endpoint, String> paths = state.paths().get();
        ReplyPaths before = previous.replies();
        if (before.paths.isEmpty() || before.paths.get() != paths) {
            Map<String, Integer> targets = new HashMap<>();
            ids.targets().ids().forEach((endpoint, target) -> count(targets, paths.get(endpoint), 1));
            return new ReplyPaths(state.paths(), targets);
        }
        if (changed.isEmpty()) {
            return before;
        }
        Map<String, Integer> targets = new HashMap<>(before.targets);
        for (int index : changed) {
            Endpoint gone = previous.ids().targets().endpoints().get(index);
            Endpoint come = ids.targets().endpoints().get(index);
            count(targets, gone == null ? null : paths.get(gone), -1);
            count(targets, come == null ? null : paths.get(come), 1);
        }
        return new ReplyPaths(state.paths(), targets);
    }

    private static void count(Map<String, Integer> targets, @Nullable String name, int more) {
        if (name != null) {
            targets.merge(name, more, (have, change) -> have + change == 0 ? null : have + change);
        }
    }
}
