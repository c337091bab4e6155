package io.weir;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a node that was started has caught up with its peers: once it has, it stays so, whoever comes later. It does not wait
 * for ever, because a host that is not ready gets no VIP, and a peer may never come to an end. A node that takes no part among
 * its peers never catches up with them: it is not ready as long as that lasts.
 */
final class CatchUp {

    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);

    /** A million connections of a peer are drawn in half of it. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LongSupplier nanos;
    private final Supplier<Optional<String>> outside;
    private final Supplier<Optional<String>> missing;
    private final long started;
    private boolean done;

    /**
     * @param carriesOn whether the node goes on over a data path that was in sync: it carries its connections itself
     * @param nanos of a clock that only goes forward
     * @param outside why the node takes no part; empty: it does
     * @param missing what is not known yet of peers
     */
    CatchUp(
            boolean carriesOn,
            LongSupplier nanos,
            Supplier<Optional<String>> outside,
            Supplier<Optional<String>> missing) {
        this.done = carriesOn;
        this.nanos = nanos;
        this.outside = outside;
        this.missing = missing;
        this.started = nanos.getAsLong();
    }

    /** What the node has still to wait for; empty: it is ready. */
    synchronized Optional<String> behind() {
        if (done) {
            return Optional.empty();
        }
        Optional<String> barred = outside.get();
        if (barred.isPresent()) {
            return barred.map(reason -> "this node takes no part in the cluster: " + reason);
        }
        Optional<String> why = missing.get();
        boolean isLate = nanos.getAsLong() - started >= PATIENCE.toNanos();
        if (isLate) {
            why.ifPresent(reason ->
                    LOG.warn("cluster: this node is ready after {} s, although {}", PATIENCE.toSeconds(), reason));
        }
        done = why.isEmpty() || isLate;
        return done ? Optional.empty() : why;
    }
}
