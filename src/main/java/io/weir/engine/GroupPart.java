package io.weir.engine;

import io.weir.engine.Ids.GroupKind;
import io.weir.engine.Snapshot.TargetStatus;
import io.weir.model.Group;
import java.util.List;

/**
 * What one group of a proxy comes to. Kept as it is while the group is the same object at the same listener and its
 * targets are seen as before; it is told by identity.
 *
 * @param plan its weights with their reasons
 * @param targets the indices it claims, once for each time
 * @param kind its tables; none while nothing leads to it
 */
record GroupPart(Group group, GroupPlan plan, int[] targets, GroupKind kind, List<TargetStatus> status) {}
