package io.weir.engine;

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

    /** Leaves the kernel side as it is and lets go of it. */
    @Override
    void close();
}
