package io.weir;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** What is open of a node, so that all of it is closed when the next part cannot be opened: the last one first. */
final class Parts implements AutoCloseable {

    private final Deque<Runnable> open = new ArrayDeque<>();

    <T> T add(T part, Consumer<T> close) {
        open.push(() -> close.accept(part));
        return part;
    }

    /** @throws RuntimeException what the first one threw that could not be closed; the others are closed */
    @Override
    public void close() {
        try {
            while (!open.isEmpty()) {
                open.pop().run();
            }
        } finally {
            if (!open.isEmpty()) {
                close();
            }
        }
    }
}
