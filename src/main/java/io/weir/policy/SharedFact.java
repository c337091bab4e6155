package io.weir.policy;

import io.weir.model.NodeId;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/**
 * What nodes tell each other of a target. Two facts of one kind about one target are {@link #merge merged} into one, in any
 * order, any grouping and any number of times with the same result, so that nodes that have heard the same agree, however
 * they came to hear it.
 */
public sealed interface SharedFact {

    /** Of what. */
    enum Kind {
        HEALTH,
        CIRCUIT,
        DRAIN
    }

    Kind kind();

    /** Of the last word that went into it. */
    HybridTime at();

    /** Whose word it is. */
    default NodeId node() {
        return at().node();
    }

    /**
     * What the checks of a node came to: the latest word counts.
     *
     * @param upheld false: nobody's finding. Whoever called it unhealthy does not check it any more, and takes that back; who
     *     finds otherwise says so
     * @param byHand no check has found it, so none that finds otherwise contradicts it; one that sees the target change does
     */
    record Health(boolean healthy, String error, boolean upheld, boolean byHand, HybridTime at) implements SharedFact {

        private static final Comparator<Health> ORDER = Comparator.comparing(Health::at)
                .thenComparing(Health::healthy)
                .thenComparing(Health::error)
                .thenComparing(Health::upheld)
                .thenComparing(Health::byHand);

        /** What checks have found. */
        public Health(boolean healthy, String error, HybridTime at) {
            this(healthy, error, true, at);
        }

        /** What no hand has said. */
        public Health(boolean healthy, String error, boolean upheld, HybridTime at) {
            this(healthy, error, upheld, false, at);
        }

        public Health saidByHand() {
            return new Health(healthy, error, upheld, true, at);
        }

        @Override
        public Kind kind() {
            return Kind.HEALTH;
        }
    }

    /**
     * A circuit that was opened, and perhaps closed again since. Who closes it begins another epoch, and must have known the
     * one before; within an epoch open wins.
     *
     * @param epoch from 1
     * @param held by the operator, who has to close it
     * @param why it is open
     */
    record Circuit(long epoch, boolean open, boolean held, String why, HybridTime at) implements SharedFact {

        private static final Comparator<Circuit> ORDER = Comparator.comparingLong(Circuit::epoch)
                .thenComparing(Circuit::open)
                .thenComparing(Circuit::held)
                .thenComparing(Circuit::at)
                .thenComparing(Circuit::why);

        public Circuit {
            if (epoch < 1 || held && !open) {
                throw new IllegalArgumentException(
                        "no circuit is in epoch " + epoch + (held ? ", held and closed" : ""));
            }
        }

        @Override
        public Kind kind() {
            return Kind.CIRCUIT;
        }
    }

    /**
     * A drain, and perhaps its end. An undrain takes back the drains that whoever said it knew of: not one that began
     * elsewhere at the same time and is later.
     *
     * @param began the latest that is known to have begun; its node is where
     * @param timeout of that one
     * @param undone the latest that is known to have been taken back
     */
    record Drain(HybridTime began, Duration timeout, Optional<HybridTime> undone) implements SharedFact {

        private static final Comparator<Drain> ORDER =
                Comparator.comparing(Drain::began).thenComparing(Drain::timeout);

        public boolean isDrained() {
            return undone.map(last -> began.compareTo(last) > 0).orElse(true);
        }

        @Override
        public HybridTime at() {
            return undone.map(last -> HybridTime.max(began, last)).orElse(began);
        }

        @Override
        public Kind kind() {
            return Kind.DRAIN;
        }

        private Drain merged(Drain other) {
            Drain later = later(this, other, ORDER);
            Optional<HybridTime> last = undone.isPresent() && other.undone.isPresent()
                    ? Optional.of(HybridTime.max(undone.get(), other.undone.get()))
                    : undone.or(() -> other.undone);
            return new Drain(later.began, later.timeout, last);
        }
    }

    /**
     * @param other about the same target
     * @throws IllegalArgumentException if it is of another kind
     */
    static SharedFact merge(SharedFact one, SharedFact other) {
        return switch (one) {
            case Health health when other instanceof Health that -> later(health, that, Health.ORDER);
            case Circuit circuit when other instanceof Circuit that -> later(circuit, that, Circuit.ORDER);
            case Drain drain when other instanceof Drain that -> drain.merged(that);
            default -> throw new IllegalArgumentException(one.kind() + " is not merged with " + other.kind());
        };
    }

    private static <F> F later(F one, F other, Comparator<F> order) {
        return order.compare(one, other) >= 0 ? one : other;
    }
}
