package io.weir.cluster.facts;

import io.weir.model.ProxyTarget;
import io.weir.policy.HybridTime;
import io.weir.policy.SharedFact;
import java.util.List;
import java.util.Set;

/**
 * What nodes send each other about facts.
 *
 * <pre>
 * asks                              answers
 * DIGEST of all it knows        →
 *                               ←   FACTS in which it differs, WANTED what the other has of these, DONE
 * FACTS                         →
 * </pre>
 *
 * FACTS are also what is gossiped.
 */
sealed interface FactFrame {

    /** @param told about a target each */
    record Facts(List<Told> told) implements FactFrame {
        public Facts {
            told = List.copyOf(told);
        }
    }

    /**
     * A fact and how long ago anybody was known to have its target configured: nobody keeps it for ever.
     *
     * @param ageMs 0: whoever tells it has it configured
     */
    record Told(FactKey key, SharedFact fact, long ageMs) {}

    /**
     * @param buckets fingerprints of all facts, by what they are about
     * @param kinds that the sender shares
     * @param checks a fingerprint of what the sender checks; who has the same may leave some to it. 0: it shares no checks
     * @param asked facts that the sender has not configured: whoever has says so by telling them
     */
    record Digest(Buckets buckets, Set<SharedFact.Kind> kinds, long checks, List<FactKey> asked) implements FactFrame {
        public Digest {
            kinds = Set.copyOf(kinds);
            asked = List.copyOf(asked);
        }
    }

    /** @param buckets a bit for each whose facts are to be told */
    record Wanted(long buckets) implements FactFrame {}

    /**
     * All that a digest called for has been told.
     *
     * @param checks of that digest: its sender may have come to another one since
     */
    record Done(long checks) implements FactFrame {}

    /** Connections that are left on drained targets at the sender. */
    record Counts(List<Count> counts) implements FactFrame {
        public Counts {
            counts = List.copyOf(counts);
        }
    }

    /** @param drain which one */
    record Count(ProxyTarget target, HybridTime drain, long connections) {}
}
