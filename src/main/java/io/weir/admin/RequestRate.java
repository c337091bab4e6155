package io.weir.admin;

/** A token bucket: so many requests a second in the long run, so many at once. */
final class RequestRate {

    private final double perNano;
    private final int burst;
    private double tokens;
    private long last;

    /** @param now nanoseconds of the clock that {@link #allows} is asked with */
    RequestRate(int perSecond, int burst, long now) {
        this.perNano = perSecond / 1e9;
        this.burst = burst;
        this.tokens = burst;
        this.last = now;
    }

    synchronized boolean allows(long now) {
        refill(now);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Whether one would be allowed; takes none. */
    synchronized boolean hasRoom(long now) {
        refill(now);
        return tokens >= 1;
    }

    private void refill(long now) {
        tokens = Math.min(burst, tokens + Math.max(0, now - last) * perNano);
        last = Math.max(last, now);
    }
}
