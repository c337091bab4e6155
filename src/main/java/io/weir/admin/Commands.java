package io.weir.admin;

import io.weir.engine.Event;
import io.weir.engine.Notice;
import io.weir.model.Subscription;

/** Port: what only the engine itself takes and tells. */
public interface Commands {

    /**
     * Returns when the data path has it.
     *
     * @throws java.util.concurrent.CompletionException with what the engine says against it as its cause
     */
    void carryOut(Event.Command command);

    /** Milliseconds of the engine's clock, which the times in snapshots are of. */
    long now();

    /** What becomes otherwise with targets from now on, with room for so much. */
    Subscription<Notice> notices(int capacity);
}
