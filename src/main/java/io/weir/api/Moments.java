package io.weir.api;

import io.weir.engine.Engine;
import java.time.Instant;

/** Turns times of the engine's clock, which counts from anywhere, into those of the calendar as it is set now. */
record Moments(Engine engine) {

    Instant at(long engineMs) {
        return Instant.now().minusMillis(engine.now() - engineMs);
    }
}
