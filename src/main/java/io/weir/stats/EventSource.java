package io.weir.stats;

import java.util.function.Consumer;

/** Port: where the data path leaves its events. Read by one thread; a record is read once. */
public interface EventSource extends AutoCloseable {

    /**
     * Hands over what has come, without waiting.
     *
     * @return how many were handed over, at most {@code limit}
     */
    int read(Consumer<RawEvent> consumer, int limit);

    /** Events that found no room, because nobody read for too long; never falls. */
    long lost();

    /** What has not been read stays for the next reader. */
    @Override
    void close();
}
