package io.weir.api;

import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Snapshot;
import java.util.concurrent.ExecutionException;

/** Gives the engine commands and waits for its answers. */
record Commands(Engine engine) {

    /** @return the snapshot in which the data path has it */
    Snapshot carryOut(Event.Command command) {
        try {
            return engine.submit(command).get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedWaitException("interrupted before the data path had the change", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed);
        }
    }
}
