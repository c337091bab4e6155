package io.weir.engine;

import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack;
import io.weir.policy.VipRole;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** What has become otherwise with a target, with the VIPs or with a node, for whoever wants to hear of it. */
public sealed interface Notice {

    /** @param error of the check that failed last; may be empty */
    record HealthNotice(ProxyTarget target, HealthTrack.Status status, String error) implements Notice {}

    /** @param healthy as the operator says; empty: the checks count again */
    record ForcedNotice(ProxyTarget target, Optional<Boolean> healthy) implements Notice {}

    record CircuitNotice(ProxyTarget target, CircuitStatus from, CircuitStatus to) implements Notice {}

    record DrainNotice(ProxyTarget target, DrainStatus status) implements Notice {}

    /** The shares of a proxy's targets are others, and the data path has them. */
    record WeightsNotice(String proxy) implements Notice {}

    /**
     * keepalived says that a VRRP instance has another role here.
     *
     * @param why what it was; empty: nothing was known
     */
    record VipNotice(String instance, VipRole role, String why) implements Notice {}

    /**
     * What befell another node of the cluster.
     *
     * @param detail for people; may be empty
     */
    record MemberNotice(NodeId node, MemberChange change, String detail) implements Notice {}

    enum MemberChange {
        /** It takes part from now on. */
        JOIN,
        /** It was started again before anybody missed it. */
        RESTART,
        /** It does not answer. */
        SUSPECT,
        /** It answers again. */
        RECOVER,
        /** It has said goodbye. */
        LEAVE,
        DEAD,
        /** Another one has its name, and is left out. */
        NAME_TAKEN
    }

    /** What befell single targets between two moments. */
    static List<Notice> between(Conditions before, Conditions after) {
        if (before == after) {
            return List.of();
        }
        List<Notice> notices = new ArrayList<>();
        differences(before.health(), after.health(), (target, health) -> {
            if (health.isPresent()) {
                notices.add(new HealthNotice(
                        target, health.get().status(), health.get().text()));
            }
        });
        differences(
                before.forced(), after.forced(), (target, healthy) -> notices.add(new ForcedNotice(target, healthy)));
        differences(before.circuits(), after.circuits(), (target, circuit) -> {
            CircuitStatus from = CircuitStatus.of(before.circuits().get(target));
            CircuitStatus to = CircuitStatus.of(after.circuits().get(target));
            if (!from.state().equals(to.state())) {
                notices.add(new CircuitNotice(target, from, to));
            }
        });
        differences(before.drains(), after.drains(), (target, drain) -> {
            boolean isSameState = drain.isPresent()
                    && before.drains().containsKey(target)
                    && before.drains().get(target).getClass() == drain.get().getClass();
            if (drain.isPresent() && !isSameState) {
                notices.add(new DrainNotice(target, DrainStatus.of(target, drain.get())));
            }
        });
        return notices;
    }

    private static <V> void differences(
            Map<ProxyTarget, V> before, Map<ProxyTarget, V> after, BiConsumer<ProxyTarget, Optional<V>> told) {
        if (before == after) {
            return;
        }
        Set<ProxyTarget> targets = new HashSet<>(before.keySet());
        targets.addAll(after.keySet());
        targets.stream()
                .sorted()
                .filter(target -> !Objects.equals(before.get(target), after.get(target)))
                .forEach(target -> told.accept(target, Optional.ofNullable(after.get(target))));
    }
}
