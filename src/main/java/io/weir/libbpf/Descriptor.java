package io.weir.libbpf;

import java.util.concurrent.atomic.AtomicInteger;

/** An open file descriptor with one owner. */
final class Descriptor implements AutoCloseable {

    private final AtomicInteger number;

    Descriptor(int number) {
        this.number = new AtomicInteger(number);
    }

    /** @throws IllegalStateException once closed */
    int number() {
        int open = number.get();
        if (open < 0) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return open;
    }

    @Override
    public void close() {
        int open = number.getAndSet(-1);
        if (open >= 0) {
            Libc.close(open);
        }
    }
}
