package io.weir.cluster;

import java.time.Duration;

/**
 * How long this node has been without peers that it should have. That is worth a word when it lasts, for nodes that are started
 * together find each other within moments; and another one only after somebody was found.
 */
final class Solitude {

    enum Word {
        NONE,
        /** It has lasted for long enough. */
        ALONE,
        /** And is over. */
        OVER
    }

    private final long patience;
    private long since;
    private boolean alone = true;
    private volatile boolean told;

    /** @param now of a clock that only goes forward */
    Solitude(Duration patience, long now) {
        this.patience = patience.toNanos();
        this.since = now;
    }

    /** What there is to say now. */
    synchronized Word look(boolean isAlone, long now) {
        if (isAlone && !alone) {
            since = now;
        }
        alone = isAlone;
        boolean lasts = alone && now - since >= patience;
        if (lasts == told) {
            return Word.NONE;
        }
        told = lasts;
        return lasts ? Word.ALONE : Word.OVER;
    }

    /** Whether it was worth a word, and is not over. */
    boolean lasts() {
        return told;
    }
}
