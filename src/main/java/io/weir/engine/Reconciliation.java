package io.weir.engine;

import io.weir.engine.Event.Command;
import io.weir.engine.Event.Fact;
import io.weir.engine.Mailbox.Letter;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Feed;
import io.weir.model.ProxyTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wanted and what is installed, brought in line turn by turn: folds events into the state, derives the image, writes
 * what differs, and answers those who sent commands. One thread's.
 */
final class Reconciliation {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    /** Commands that may share one derivation. */
    private static final int BATCH = 256;

    /** How often flows are counted on targets that wait to be let go. */
    private static final long QUESTIONS_EVERY_MS = 5_000;

    private final Installer installer;
    private final ActiveFlows activeFlows;
    private final Upkeep upkeep;
    private final Outlet outlet;
    private final PeerMail mail;

    private State state = State.UNKNOWN;
    private Optional<Derivation> derivation = Optional.empty();
    private Backoff backoff = Backoff.NONE;
    /** The data path has not been told yet. */
    private boolean networkChanged;

    private long nextQuestions = Long.MIN_VALUE;
    private long upkeepAt = Long.MAX_VALUE;
    private long errors;
    private long refusals;
    private Optional<String> lastError = Optional.empty();

    Reconciliation(Dataplane dataplane, ActiveFlows activeFlows, Tallies tallies, Outlet outlet, PeerMail mail) {
        this.installer = new Installer(dataplane);
        this.activeFlows = activeFlows;
        this.upkeep = new Upkeep(tallies, activeFlows);
        this.outlet = outlet;
        this.mail = mail;
    }

    /** Where it is published what came of it. */
    record Outlet(LatestSnapshot snapshots, Feed<Notice> notices) {

        Snapshot last() {
            return snapshots.get();
        }

        void publish(Snapshot next) {
            Snapshot last = last();
            snapshots.post(next);
            tell(last, next);
        }

        private void tell(Snapshot before, Snapshot after) {
            if (!notices.hasListeners()) {
                return;
            }
            Notice.between(before.conditions(), after.conditions()).forEach(notices::tell);
            Map<String, ProxyStatus> known = new HashMap<>();
            before.proxies().forEach(proxy -> known.put(proxy.proxy().name(), proxy));
            for (ProxyStatus proxy : after.proxies()) {
                ProxyStatus earlier = known.get(proxy.proxy().name());
                if (earlier != null && !proxy.hasWeightsOf(earlier)) {
                    notices.tell(new Notice.WeightsNotice(proxy.proxy().name()));
                }
            }
        }
    }

    /** Commands stay in the mailbox until the interfaces are known. */
    boolean isReady() {
        return state.links().isPresent();
    }

    /** When there is something to do although nothing comes. */
    long nextAt() {
        long retryAt = Math.min(installer.retryAt(), backoff.failures() > 0 ? backoff.retryAt() : Long.MAX_VALUE);
        return Math.min(retryAt, upkeepAt);
    }

    /** Takes what waits in the mailbox, does what is due; how many events it took. */
    int turn(Mailbox mailbox, long now) {
        List<Letter> letters = List.of();
        List<Fact> facts = mailbox.takeFacts();
        try {
            fold(facts, now);
            tellNetworkChanged(now);
            letters = isReady() ? mailbox.takeLetters(BATCH) : List.of();
            turn(letters, count(now) || !facts.isEmpty(), now);
        } catch (RuntimeException broken) {
            LOG.error("the engine goes on after an error of its own", broken);
            failed(String.valueOf(broken), now);
            letters.forEach(letter -> letter.answer().completeExceptionally(broken));
            publish();
        }
        tellPeers();
        upkeepAt = upkeep.nextAt(state, now);
        return facts.size() + letters.size();
    }

    /** What peers say is taken in before all else, so that what has changed after that is this node's own decision. */
    private void fold(List<Fact> facts, long now) {
        mail.begin(state.conditions());
        for (Fact fact : facts) {
            if (fact instanceof Event.PeerNews news) {
                state = Fold.fold(state, news.counting(connections(news)), now);
            }
        }
        mail.begin(state.conditions());
        for (Fact fact : facts) {
            if (!(fact instanceof Event.PeerNews)) {
                state = Fold.fold(state, fact, now);
                mail.folded(fact);
                networkChanged |= fact instanceof Event.NetworkChanged;
            }
        }
    }

    /** A drain that began elsewhere begins here with the connections there are. */
    private Map<ProxyTarget, Long> connections(Event.PeerNews news) {
        Map<ProxyTarget, Long> connections = new HashMap<>();
        news.drains().forEach((target, drain) -> {
            if (drain.isDrained() && !state.conditions().isDrained(target)) {
                connections.put(target, connections(target));
            }
        });
        return connections;
    }

    /** The drain begins also where they cannot be counted now. */
    private long connections(ProxyTarget target) {
        try {
            return upkeep.connections(Optional.of(target.proxy()), target.endpoint(), numbers())
                    .getOrDefault(target.proxy(), 0L);
        } catch (DataplaneException unreadable) {
            noted(String.valueOf(unreadable.getMessage()));
            return 0;
        }
    }

    private void tellPeers() {
        try {
            mail.send(state);
        } catch (RuntimeException broken) {
            LOG.error("the peers were not told what was decided", broken);
            noted(String.valueOf(broken));
        }
    }

    /** If it cannot be told now, then at the next turn, which comes within a second. */
    private void tellNetworkChanged(long now) {
        if (networkChanged) {
            try {
                installer.networkChanged();
                networkChanged = false;
            } catch (DataplaneException refused) {
                failed(String.valueOf(refused.getMessage()), now);
            }
        }
    }

    /** @return whether time or counts may have changed something */
    private boolean count(long now) {
        boolean isDue = upkeepAt <= now;
        try {
            if (isDue) {
                Optional<Event.Counted> counted = upkeep.due(state, numbers(), now);
                state = counted.map(event -> Fold.fold(state, event, now)).orElse(state);
                counted.ifPresent(mail::folded);
            }
        } catch (DataplaneException unreadable) {
            noted(String.valueOf(unreadable.getMessage()));
        }
        return isDue;
    }

    private Upkeep.Numbers numbers() {
        return derivation
                .map(Derivation::ids)
                .map(ids -> new Upkeep.Numbers(ids.targets().endpoints(), ids.proxies()))
                .orElse(Upkeep.Numbers.NONE);
    }

    private void turn(List<Letter> letters, boolean factsChanged, long now) {
        Set<Integer> idle = idleTargets(now);
        boolean due = (backoff.failures() > 0 && backoff.allows(now)) || installer.retryAt() <= now;
        if (isReady() && (factsChanged || due || !letters.isEmpty() || !idle.isEmpty())) {
            Set<Integer> first = idle; // who is idle may not be so after a batch
            for (List<Letter> batch : Mailbox.batches(letters)) {
                reconcile(batch, first, now);
                first = Set.of();
            }
        }
    }

    private void reconcile(List<Letter> letters, Set<Integer> idle, long now) {
        State before = state;
        List<Letter> accepted = List.of();
        try {
            Evidence evidence = new Evidence(installer.installed(), idle);
            lastError = Optional.empty();
            accepted = accept(letters, evidence, now);
            Map<String, String> hookErrors = bring(now);
            List<String> asked = asked(hookErrors);
            boolean isTold = !accepted.isEmpty() && !asked.isEmpty(); // whoever asked for it says what came of it
            if (!isTold) {
                hookErrors.values().forEach(message -> LOG.warn("{}", message));
            }
            if (!asked.isEmpty() && isTakenBack(letters, before)) {
                throw new DataplaneException(String.join("; ", asked), 0);
            }
            publish();
            answer(accepted, asked);
        } catch (DataplaneException refused) {
            failed(String.valueOf(refused.getMessage()), now);
            if (isTakenBack(letters, before)) {
                takeBack(before, now);
            }
            publish();
            // Those that accept() refused have their answer already; completing a future again changes nothing.
            letters.forEach(letter -> letter.answer().completeExceptionally(refused));
        } catch (RuntimeException broken) {
            if (isTakenBack(letters, before)) {
                takeBack(before, now);
            }
            throw broken;
        }
    }

    /** @return what went wrong with hooks that had not failed before */
    private Map<String, String> bring(long now) {
        Map<String, String> hookErrors =
                derivation.isPresent() ? installer.bring(derivation.get().image(), now) : Map.of();
        backoff = Backoff.NONE;
        hookErrors.values().forEach(this::counted);
        return hookErrors;
    }

    /** There is nothing to go back to before the first configuration. */
    private static boolean isTakenBack(List<Letter> letters, State before) {
        return before.isComplete() && letters.stream().anyMatch(letter -> letter.command() instanceof Event.Replace);
    }

    /** What was wanted before is wanted again. What cannot be written now is tried again, as always. */
    private void takeBack(State before, long now) {
        state = before;
        try {
            derive(before, new Evidence(installer.installed(), Set.of()), now);
            lastError = Optional.empty();
            bring(now).values().forEach(message -> LOG.warn("{}", message));
        } catch (RuntimeException refused) {
            failed(String.valueOf(refused.getMessage()), now);
        }
    }

    /** Folds and derives all at once; if that cannot be, one by one, so that only the guilty are refused. */
    private List<Letter> accept(List<Letter> letters, Evidence evidence, long now) {
        State next = state;
        List<Letter> folded = new ArrayList<>();
        for (Letter letter : letters) {
            try {
                next = Fold.fold(next, counted(letter.command()), now);
                folded.add(letter);
            } catch (RuntimeException refused) {
                refusals++;
                letter.answer().completeExceptionally(refused);
            }
        }
        try {
            derive(next, evidence, now);
            return folded;
        } catch (RuntimeException refused) {
            if (folded.isEmpty()) {
                noted(String.valueOf(refused.getMessage()));
                return folded;
            }
            if (folded.size() == 1) {
                folded.getFirst().answer().completeExceptionally(refused);
                return accept(List.of(), evidence, now);
            }
            List<Letter> accepted = new ArrayList<>();
            folded.forEach(letter -> accepted.addAll(accept(List.of(letter), evidence, now)));
            return accepted;
        }
    }

    /** A drain begins with the connections there are, and weights by connections go by those of this moment. */
    private Command counted(Command command) {
        return switch (command) {
            case Event.StartDrain drain -> drain.counting(upkeep.connections(drain.proxy(), drain.target(), numbers()));
            case Event.Rebalance _ ->
                new Event.Rebalance(upkeep.tallies(numbers().targets()));
            default -> command;
        };
    }

    private void derive(State wanted, Evidence evidence, long now) {
        State next = wanted.at(now);
        if (next.isComplete()) {
            Derivation before = derivation.orElseGet(() -> Derivation.recovered(evidence.installed(), now));
            derivation = Optional.of(Derive.derive(next, before, evidence, now));
        }
        state = next;
    }

    /** Nobody's command fails for an interface that nobody has named: its replies are translated where they leave. */
    private List<String> asked(Map<String, String> hookErrors) {
        return hookErrors.entrySet().stream()
                .filter(error -> derivation
                        .filter(known -> Hooks.isOnlyFound(state, known.replies(), error.getKey()))
                        .isEmpty())
                .map(Map.Entry::getValue)
                .toList();
    }

    private void answer(List<Letter> accepted, List<String> hookErrors) {
        for (Letter letter : accepted) {
            if (hookErrors.isEmpty()) {
                letter.answer().complete(outlet.last());
            } else {
                letter.answer().completeExceptionally(new DataplaneException(String.join("; ", hookErrors), 0));
            }
        }
    }

    private Set<Integer> idleTargets(long now) {
        if (derivation.isEmpty() || state.desired().isEmpty() || now < nextQuestions) {
            return Set.of();
        }
        nextQuestions = now + QUESTIONS_EVERY_MS;
        Set<Integer> idle = new HashSet<>();
        try {
            for (int index : Quarantine.questions(
                    derivation.get().ids(), state.desired().get().settings(), now)) {
                if (activeFlows.flowsOn(index) <= 0) {
                    idle.add(index);
                }
            }
        } catch (DataplaneException unreadable) {
            noted(String.valueOf(unreadable.getMessage()));
        }
        return idle;
    }

    private void failed(String message, long now) {
        backoff = backoff.failed(now);
        noted(message);
    }

    private void noted(String message) {
        counted(message);
        LOG.warn("{}", message);
    }

    private void counted(String message) {
        errors++;
        lastError = Optional.of(message);
    }

    private void publish() {
        Snapshot last = outlet.last();
        boolean synchronised =
                derivation.isPresent() && installer.holds(derivation.get().image());
        Snapshot base = derivation.isPresent()
                ? Publication.of(state, derivation.get(), installer.outcome(), last)
                : Snapshot.NONE;
        outlet.publish(new Snapshot(
                last.generation() + 1,
                synchronised,
                base.settings(),
                base.proxies(),
                base.hooks(),
                base.targets(),
                base.proxyNames(),
                state.conditions(),
                lastError.or(installer::hookError),
                errors,
                refusals));
    }
}
