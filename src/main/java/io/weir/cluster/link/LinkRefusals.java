package io.weir.cluster.link;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts refusals by reason, and tells the log of each reason at most once a minute: a flood must not fill a disk. */
final class LinkRefusals {

    private static final Logger LOG = LoggerFactory.getLogger(LinkRefusals.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanos;
    private final Map<LinkRefusal, AtomicLong> counts = new EnumMap<>(LinkRefusal.class);
    private final Map<LinkRefusal, Told> told = new EnumMap<>(LinkRefusal.class);

    /** @param count how often it had been when it was told */
    private record Told(long nanos, long count) {}

    LinkRefusals(LongSupplier nanos) {
        this.nanos = nanos;
        for (LinkRefusal refusal : LinkRefusal.values()) {
            counts.put(refusal, new AtomicLong());
        }
    }

    public long count(LinkRefusal refusal) {
        return counter(refusal).get();
    }

    private AtomicLong counter(LinkRefusal refusal) {
        return counts.getOrDefault(refusal, new AtomicLong());
    }

    void add(LinkRefusal refusal, String peer) {
        long count = counter(refusal).incrementAndGet();
        synchronized (told) {
            Told last = told.get(refusal);
            long now = nanos.getAsLong();
            if (last == null || now - last.nanos() >= QUIET_NANOS) {
                long more = count - 1 - (last == null ? 0 : last.count());
                LOG.warn(
                        "cluster: {} {} and is not let in ({}){}",
                        peer,
                        refusal.words(),
                        refusal.label(),
                        more > 0 ? "; so were " + more + " since the last such line" : "");
                told.put(refusal, new Told(now, count));
            }
        }
    }

    static String name(InetAddress address) {
        return address.getHostAddress();
    }
}
