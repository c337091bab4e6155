package io.weir.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many clients of one host, a few at a time. */
final class Crowd {

    /** Enough to overlap, few enough for two cores. */
    private static final int AT_ONCE = 8;

    private Crowd() {}

    /** Opens one conversation. */
    interface Opening {
        Conversation open() throws IOException;
    }

    /** So many conversations of one question each; how many each server answered. All must be answered. */
    static SortedMap<String, Integer> ask(int conversations, Opening opening) {
        SortedMap<String, Integer> answers = new TreeMap<>();
        repeat(conversations, () -> {
                    try (Conversation conversation = opening.open()) {
                        return conversation.ask();
                    }
                })
                .forEach(name -> answers.merge(name, 1, Integer::sum));
        return answers;
    }

    /** So many conversations, all still open. */
    static List<Conversation> open(int conversations, Opening opening) {
        return repeat(conversations, opening::open);
    }

    static <T> List<T> repeat(int times, Callable<T> once) {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                futures.add(threads.submit(once));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause().toString(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
