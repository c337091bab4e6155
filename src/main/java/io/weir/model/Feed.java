package io.weir.model;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One teller, any number of listeners, none of whom can hold it up. */
public final class Feed<E> {

    private final List<Subscription<E>> subscriptions = new CopyOnWriteArrayList<>();

    /** @param capacity how much may wait for this listener, 1 or more */
    public Subscription<E> subscribe(int capacity) {
        Subscription<E> subscription = new Subscription<>(capacity, subscriptions::remove);
        subscriptions.add(subscription);
        return subscription;
    }

    public void tell(E news) {
        subscriptions.forEach(subscription -> subscription.offer(news));
    }

    public boolean hasListeners() {
        return !subscriptions.isEmpty();
    }
}
