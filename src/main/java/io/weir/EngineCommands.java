package io.weir;

import io.weir.admin.Commands;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Notice;
import io.weir.model.Subscription;

/** The engine as the admin API sees it. */
public record EngineCommands(Engine engine) implements Commands {

    @Override
    public void carryOut(Event.Command command) {
        engine.submit(command).join();
    }

    @Override
    public long now() {
        return engine.now();
    }

    @Override
    public Subscription<Notice> notices(int capacity) {
        return engine.subscribe(capacity);
    }
}
