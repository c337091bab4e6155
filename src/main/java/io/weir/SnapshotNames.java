package io.weir;

import io.weir.engine.Snapshot;
import io.weir.model.Endpoint;
import io.weir.stats.Names;
import java.util.Optional;
import java.util.function.Supplier;

/** The data path's numbers as the engine last published them. */
record SnapshotNames(Supplier<Snapshot> snapshot) implements Names {

    @Override
    public Optional<String> proxy(int number) {
        return Optional.ofNullable(snapshot.get().proxyNames().get(number));
    }

    @Override
    public Optional<Endpoint> target(int index) {
        return Optional.ofNullable(snapshot.get().targets().get(index));
    }
}
