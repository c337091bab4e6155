package io.weir.engine;

import io.weir.engine.Event.Command;
import io.weir.engine.Event.Fact;
import io.weir.model.Desired;
import io.weir.model.ProxyTarget;
import io.weir.policy.Circuit;
import io.weir.policy.Drain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The engine's turn without what it derives and writes: all it decides, a thousand times as cheap. */
public final class FoldingNode {

    private final Mailbox mailbox = new Mailbox();
    private final PeerMail mail;
    private State state = State.UNKNOWN;

    public FoldingNode(Outbox outbox) {
        this.mail = new PeerMail(outbox);
    }

    public void tell(Fact fact) {
        mailbox.put(fact);
    }

    /**
     * One turn, in the engine's order.
     *
     * @param connections on all targets; empty: it is not time to count
     */
    public void turn(List<Command> commands, Optional<Map<ProxyTarget, Long>> connections, long now) {
        List<Fact> facts = new ArrayList<>(mailbox.takeFacts());
        for (Fact fact : facts) {
            if (fact instanceof Event.PeerNews news) {
                state = Fold.fold(state, news.counting(connections.orElse(Map.of())), now);
            }
        }
        mail.begin(state.conditions());
        facts.removeIf(Event.PeerNews.class::isInstance);
        facts.forEach(fact -> fold(fact, now));
        connections.ifPresent(counts -> fold(new Event.Counted(Map.of(), drained(counts), false), now));
        for (Command command : commands) {
            try {
                fold(command, now);
            } catch (RefusedException _) {
                continue; // as an operator is told who comes too late
            }
        }
        state = state.at(now);
        mail.send(state);
    }

    private void fold(Event event, long now) {
        state = Fold.fold(state, event, now);
        mail.folded(event);
    }

    private Map<ProxyTarget, Long> drained(Map<ProxyTarget, Long> connections) {
        Map<ProxyTarget, Long> drained = new HashMap<>();
        state.conditions().drains().keySet().stream()
                .filter(state.conditions()::isDrained)
                .forEach(target -> drained.put(target, connections.getOrDefault(target, 0L)));
        return drained;
    }

    public void apply(Desired desired) {
        state = Fold.fold(state, new Event.Apply(desired), 0);
    }

    /** Whether nothing keeps the target from new connections. */
    public boolean serves(ProxyTarget target) {
        return Optional.ofNullable(state.standings().get(target))
                .map(standing -> standing.exclusions().isEmpty())
                .orElse(true);
    }

    public Conditions conditions() {
        return state.conditions();
    }

    public Circuit circuit(ProxyTarget target) {
        return conditions().circuits().getOrDefault(target, Circuit.CLOSED);
    }

    public boolean hasCompletedDrain(ProxyTarget target) {
        return conditions().drains().get(target) instanceof Drain.Completed;
    }
}
