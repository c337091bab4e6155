package io.weir;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reloads that nobody waits for, on a thread of their own. All that are asked for while one runs are one more, however
 * many: it begins after the last of them, and sees what they saw.
 */
final class ReloadRequests implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Consumer<String> reload;
    private final Set<String> reasons = new LinkedHashSet<>();
    private final Thread thread =
            Thread.ofPlatform().name("weir-reload").daemon().unstarted(this::run);
    private boolean closed;

    /** @param reload is told why, and must not throw */
    ReloadRequests(Consumer<String> reload) {
        this.reload = reload;
    }

    ReloadRequests start() {
        thread.start();
        return this;
    }

    synchronized void ask(String why) {
        reasons.add(why);
        notifyAll();
    }

    private void run() {
        try {
            for (Collection<String> why = next(); !why.isEmpty(); why = next()) {
                reload.accept(String.join(", ", why));
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Empty once closed. */
    private synchronized Collection<String> next() throws InterruptedException {
        while (reasons.isEmpty() && !closed) {
            wait();
        }
        Set<String> taken = closed ? Set.of() : new LinkedHashSet<>(reasons);
        reasons.clear();
        return taken;
    }

    /** One that runs goes on to its end, which is waited for, but not for ever: the file may be on a disk that hangs. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
