package io.weir;

import io.weir.model.Change;
import java.util.Optional;

/**
 * The keys that peers are to know, read again.
 *
 * @param change how they differ from those that are known now
 * @param use goes on with them
 */
record PeerKeys(Optional<Change> change, Runnable use) {

    /** Of a node without peers. */
    static final PeerKeys NONE = new PeerKeys(Optional.empty(), () -> {});
}
