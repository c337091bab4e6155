package io.weir.flow;

import java.util.Optional;
import java.util.function.Consumer;

/** A data path that carries nothing; what extends it carries something. */
public class NoFlows implements OwnFlows {

    @Override
    public Walk walk() {
        return new Walk() {
            @Override
            public boolean next(Consumer<FlowRecord> consumer) {
                return false;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Optional<FlowRecord> find(FlowRecord flow) {
        return Optional.empty();
    }

    @Override
    public long count() {
        return 0;
    }

    @Override
    public long lost() {
        return 0;
    }

    @Override
    public long table() {
        return 1;
    }
}
