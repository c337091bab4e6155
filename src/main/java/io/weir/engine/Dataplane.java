package io.weir.engine;

import io.weir.model.Settings;
import java.util.Map;

/**
 * The port to the kernel's maps and hooks. Called by the engine's thread alone, which makes it the one user-space
 * writer of every map behind it.
 */
public interface Dataplane extends AutoCloseable {

    /**
     * Reads back everything that is installed, including what an earlier process left pinned. The diff starts from
     * here, so a restart touches only what really differs.
     *
     * @throws DataplaneException if a map cannot be read
     */
    Image read();

    /**
     * Carries out one write. Writes are idempotent: doing one twice is the same as once.
     *
     * @throws DataplaneException if the kernel refused; the engine then reads back, and tries again later
     */
    void apply(Write write);

    /**
     * How the data path is really attached, by interface name: {@link Write.Attach} may ask for {@code AUTO}, this
     * says what that became, and why.
     */
    default Map<String, Attachment> attachments() {
        return Map.of();
    }

    /**
     * @param mode what is attached, never {@code AUTO}
     * @param why one sentence for the operator
     */
    record Attachment(Settings.XdpMode mode, String why) {}

    /**
     * Links, addresses, routes or neighbours are others now: what the data path remembers of them is looked up anew.
     *
     * @throws DataplaneException if it cannot be told; the engine tries again
     */
    default void networkChanged() {}

    /** Leaves the kernel side as it is and lets go of it. */
    @Override
    void close();
}
