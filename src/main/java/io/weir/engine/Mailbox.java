package io.weir.engine;

import io.weir.engine.Event.Command;
import io.weir.engine.Event.Fact;
import io.weir.engine.RefusedException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits for the engine's thread: at most 4,096 commands, and the latest fact of each kind. */
final class Mailbox {

    static final int CAPACITY = 4096;

    /** A command and who waits for it. */
    record Letter(Command command, CompletableFuture<Snapshot> answer) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Deque<Letter> letters = new ArrayDeque<>();
    private final Map<Class<? extends Fact>, Fact> facts = new LinkedHashMap<>();
    private boolean closed;

    /** The answer has failed already when there is no room. */
    CompletableFuture<Snapshot> put(Command command) {
        CompletableFuture<Snapshot> answer = new CompletableFuture<>();
        lock.lock();
        try {
            if (closed) {
                answer.completeExceptionally(closed());
            } else if (letters.size() >= CAPACITY) {
                answer.completeExceptionally(
                        new RefusedException(Reason.BUSY, CAPACITY + " commands wait already: try again later"));
            } else {
                letters.add(new Letter(command, answer));
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
        return answer;
    }

    void put(Fact fact) {
        lock.lock();
        try {
            facts.merge(fact.getClass(), fact, (earlier, latest) -> latest.after(earlier));
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    List<Fact> takeFacts() {
        lock.lock();
        try {
            List<Fact> taken = List.copyOf(facts.values());
            facts.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** In their order: what may have to be taken back stands alone, so that nobody else's wish goes with it. At least one. */
    static List<List<Letter>> batches(List<Letter> letters) {
        List<List<Letter>> batches = new ArrayList<>();
        List<Letter> batch = new ArrayList<>();
        for (Letter letter : letters) {
            boolean alone = letter.command() instanceof Event.Replace;
            if (alone && !batch.isEmpty()) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(letter);
            if (alone) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
        }
        if (batches.isEmpty() || !batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }

    List<Letter> takeLetters(int most) {
        lock.lock();
        try {
            List<Letter> taken = new ArrayList<>();
            while (!letters.isEmpty() && taken.size() < most) {
                taken.add(letters.remove());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Until something has come, or so long, or closed.
     *
     * @param letters whether commands count as something
     */
    void await(long milliseconds, boolean letters) throws InterruptedException {
        lock.lock();
        try {
            boolean empty = facts.isEmpty() && (!letters || this.letters.isEmpty());
            if (empty && !closed) {
                filled.await(milliseconds, TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is taken; what waits is refused. */
    void close() {
        List<Letter> refused;
        lock.lock();
        try {
            closed = true;
            refused = List.copyOf(letters);
            letters.clear();
            filled.signal();
        } finally {
            lock.unlock();
        }
        refused.forEach(letter -> letter.answer().completeExceptionally(closed()));
    }

    static RefusedException closed() {
        return new RefusedException(Reason.CLOSED, "the load balancer has been closed");
    }
}
