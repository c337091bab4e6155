package io.weir.vip;

import io.weir.policy.VipRole;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to keepalived where it is told to, and keeps what it has heard: also for the next start of this node, for
 * keepalived says a role once. What it says while this node does not run waits in the FIFO.
 */
public final class VipWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VipWatch.class);

    private final VipRoles roles = new VipRoles();
    private final RoleRecord record;
    private final Listener listener;
    private Optional<NotifyFifo> fifo = Optional.empty();
    private Optional<Path> path = Optional.empty();

    /** Told of each change. */
    public interface Listener {

        /** @param why what it was before; empty: nothing was known */
        void changed(String instance, VipRole role, String why);
    }

    /** @param record the file that keeps the roles */
    public VipWatch(Path record, Listener listener) {
        this.record = new RoleRecord(record);
        this.listener = listener;
    }

    /** Listens there from now on; empty: nowhere, and nothing is known any more. */
    public synchronized void listen(Optional<Path> wanted) {
        if (wanted.equals(path)) {
            return;
        }
        fifo.ifPresent(NotifyFifo::close);
        path = wanted;
        roles.restore(wanted.isPresent() ? record.read() : Map.of());
        fifo = wanted.map(place -> new NotifyFifo(place, this::heard));
    }

    /** What such a file keeps of a node that does not run; nothing if there is none. */
    public static Map<String, VipRole> lastKnown(Path record) {
        return new RoleRecord(record).read();
    }

    /** By instance; empty while keepalived has said nothing. */
    public Map<String, VipRole> roles() {
        return roles.all();
    }

    private void heard(String line) {
        long before = roles.refused();
        roles.take(line, System.currentTimeMillis()).ifPresent(change -> {
            keep();
            listener.changed(change.instance(), change.role(), change.why());
        });
        if (before == 0 && roles.refused() == 1) { // the first of who knows how many
            LOG.warn(
                    "the VRRP notify FIFO was written to by somebody who is not keepalived, or says what this version does not know: '{}'",
                    printable(line));
        }
    }

    private static String printable(String line) {
        return line.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private void keep() {
        try {
            record.write(roles.all());
        } catch (IOException e) {
            LOG.warn("the roles are not kept for the next start of weir: {}", e.toString());
        }
    }

    @Override
    public synchronized void close() {
        fifo.ifPresent(NotifyFifo::close);
        fifo = Optional.empty();
        path = Optional.empty();
    }
}
