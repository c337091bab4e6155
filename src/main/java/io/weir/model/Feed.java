package io.weir.model;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** One teller, any number of listeners, none of whom can hold it up. */
public final class Feed<E> {

    private record Listener<E>(Subscription<?> subscription, Consumer<E> offer) {}

    private final List<Listener<E>> listeners = new CopyOnWriteArrayList<>();

    /** @param capacity how much may wait for this listener, 1 or more */
    public Subscription<E> subscribe(int capacity) {
        Subscription<E> subscription = new Subscription<>(capacity, this::remove);
        listeners.add(new Listener<>(subscription, subscription::offer));
        return subscription;
    }

    /** News of one kind only. */
    public <K extends E> Subscription<K> subscribe(int capacity, Class<K> kind) {
        Subscription<K> subscription = new Subscription<>(capacity, this::remove);
        listeners.add(new Listener<>(subscription, news -> {
            if (kind.isInstance(news)) {
                subscription.offer(kind.cast(news));
            }
        }));
        return subscription;
    }

    private void remove(Subscription<?> subscription) {
        listeners.removeIf(listener -> listener.subscription() == subscription);
    }

    public void tell(E news) {
        listeners.forEach(listener -> listener.offer().accept(news));
    }

    public boolean hasListeners() {
        return !listeners.isEmpty();
    }
}
