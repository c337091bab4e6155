package io.weir.cluster.facts;

import io.weir.model.NodeId;
import io.weir.model.ProxyTarget;
import io.weir.policy.Decision;
import io.weir.policy.HybridClock;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import io.weir.policy.SharedFact.Circuit;
import io.weir.policy.SharedFact.Drain;
import io.weir.policy.SharedFact.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Gives what this node has to say its time, and knows what is not worth saying. */
final class Author {

    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

    private final NodeId self;
    private HybridClock clock;

    /** What the own checks have come to. */
    private final Map<ProxyTarget, Decision.Checked> own = new HashMap<>();

    Author(NodeId self) {
        this.self = self;
        this.clock = HybridClock.of(self);
    }

    void heard(HybridTime time, long wall) {
        clock = clock.heard(time, wall);
    }

    /** What this node has found out about targets that are not configured any more. */
    List<Decision> unchecked(Predicate<ProxyTarget> gone) {
        List<Decision> unchecked = new ArrayList<>();
        own.keySet().stream().filter(gone).sorted().forEach(target -> unchecked.add(new Decision.Unchecked(target)));
        return unchecked;
    }

    /**
     * @param standing what is known of it
     * @param holds whether a word on a target is contradicted by those alone that have seen the target change
     * @param tellsWell whether it is told, too, that a target is well of which nobody has said anything
     * @return empty: it changes nothing
     */
    Optional<SharedFact> said(
            Decision decision,
            Optional<SharedFact> standing,
            BiPredicate<Health, ProxyTarget> holds,
            boolean tellsWell,
            long wall) {
        return switch (decision) {
            case Decision.Checked checked -> {
                Optional<Decision.Checked> before = Optional.ofNullable(own.put(checked.target(), checked));
                if (checked.healthy() && standing.isEmpty()) {
                    yield tellsWell ? Optional.of(well(wall)) : Optional.empty();
                }
                yield isNews(checked, before, standing.map(Health.class::cast), holds)
                        ? Optional.of(anyway(decision, standing, wall))
                        : Optional.empty();
            }
            case Decision.Unchecked unchecked -> {
                own.remove(unchecked.target());
                yield standing.map(Health.class::cast)
                        .filter(known -> !known.healthy() && !holds.test(known, unchecked.target()))
                        .map(_ -> anyway(decision, standing, wall));
            }
            case Decision.Closed _ ->
                standing.map(Circuit.class::cast).filter(Circuit::open).map(_ -> anyway(decision, standing, wall));
            case Decision.Undrained _ ->
                standing.map(Drain.class::cast).filter(Drain::isDrained).map(_ -> anyway(decision, standing, wall));
            case Decision.Opened _, Decision.Drained _ -> Optional.of(anyway(decision, standing, wall));
        };
    }

    /**
     * A node that starts finds all targets healthy, one by one; that is no news, nor is it a reason to doubt what a living
     * peer has seen. A change that it has seen itself is, and so is any finding that contradicts the dead.
     */
    private boolean isNews(
            Decision.Checked checked,
            Optional<Decision.Checked> before,
            Optional<Health> standing,
            BiPredicate<Health, ProxyTarget> holds) {
        if (!checked.healthy()) {
            return standing.filter(known -> !known.healthy()
                            && known.node().equals(self)
                            && known.error().equals(FactWriter.shortened(checked.error())))
                    .isEmpty();
        }
        return standing.filter(known -> !known.healthy())
                .filter(known -> !holds.test(known, checked.target())
                        || before.isPresent() && !before.get().healthy())
                .isPresent();
    }

    /** The first word on a target, which whoever finds otherwise contradicts: it may have been seen to fail at the same time. */
    private Health well(long wall) {
        clock = clock.ticked(wall);
        return new Health(true, "", false, clock.time());
    }

    /** What the own checks have found of targets of which nobody has said anything. */
    List<Decision> untold(Predicate<ProxyTarget> isUntold) {
        return own.values().stream()
                .filter(found -> isUntold.test(found.target()))
                .sorted(Comparator.comparing(Decision.Checked::target))
                .<Decision>map(found -> found)
                .toList();
    }

    /** Nothing of the own checks is told. */
    void keepToItself() {
        own.clear();
    }

    /** These are for others to check. */
    void resign(Set<ProxyTarget> elsewhere) {
        own.keySet().removeAll(elsewhere);
    }

    /** Whatever was known: what it becomes. */
    SharedFact anyway(Decision decision, Optional<SharedFact> standing, long wall) {
        clock = clock.ticked(wall);
        HybridTime at = clock.after(standing.map(SharedFact::at));
        return switch (decision) {
            case Decision.Checked checked -> new Health(checked.healthy(), FactWriter.shortened(checked.error()), at);
            case Decision.Unchecked _ -> new Health(true, "", false, at);
            case Decision.Opened opened ->
                new Circuit(epoch(standing, 1), true, opened.held(), FactWriter.shortened(opened.why()), at);
            case Decision.Closed _ -> new Circuit(1 + epoch(standing, 0), false, false, "", at);
            case Decision.Drained drained ->
                new Drain(at, timeout(drained), standing.map(Drain.class::cast).flatMap(Drain::undone));
            case Decision.Undrained _ -> {
                Optional<Drain> known = standing.map(Drain.class::cast);
                HybridTime began = known.map(Drain::began).orElse(at);
                yield new Drain(began, known.map(Drain::timeout).orElse(Duration.ZERO), Optional.of(began));
            }
        };
    }

    /** The same, of what an operator wants all to believe. */
    SharedFact byHand(Decision decision, Optional<SharedFact> standing, long wall) {
        SharedFact said = anyway(decision, standing, wall);
        return said instanceof Health health && health.upheld() ? health.saidByHand() : said;
    }

    private static long epoch(Optional<SharedFact> standing, long otherwise) {
        return standing.map(Circuit.class::cast).map(Circuit::epoch).orElse(otherwise);
    }

    private static Duration timeout(Decision.Drained drained) {
        return drained.timeout().compareTo(LONGEST_TIMEOUT) > 0 ? LONGEST_TIMEOUT : drained.timeout();
    }

    /** Of these, the targets whose own checks say otherwise; they are asked anew before that is believed. */
    Set<ProxyTarget> doubted(Set<ProxyTarget> unhealthy) {
        Set<ProxyTarget> doubted = new HashSet<>(unhealthy);
        doubted.removeIf(target -> !own.containsKey(target) || !own.get(target).healthy());
        own.keySet().removeAll(doubted);
        return doubted;
    }

    /** What the own checks have found against a word that nobody upholds. */
    List<Decision> contradictions(Map<FactKey, SharedFact> facts) {
        List<Decision> contradictions = new ArrayList<>();
        facts.forEach((key, fact) -> {
            Decision.Checked found = own.get(key.target());
            if (fact instanceof Health health && !health.upheld() && found != null && !found.healthy()) {
                contradictions.add(found);
            }
        });
        return contradictions;
    }
}
