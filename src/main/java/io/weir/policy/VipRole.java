package io.weir.policy;

import java.util.Locale;
import java.util.Optional;

/**
 * Whether this node has the VIPs of one VRRP instance, as keepalived tells it.
 *
 * <pre>
 * from \ told   MASTER    BACKUP    FAULT    STOP
 * (nothing)     Master    Backup    Fault    Stopped
 * Master        stays     Backup    Fault    Stopped
 * Backup        Master    stays     Fault    Stopped
 * Fault         Master    Backup    stays    Stopped
 * Stopped       Master    Backup    Fault    stays
 * </pre>
 *
 * Nothing is refused: it is keepalived that decides, and what it said in between may have been lost.
 */
public sealed interface VipRole {

    /** Milliseconds since 1970. */
    long since();

    /** It has the VIPs. */
    record Master(long since) implements VipRole {}

    /** The peer has them, and it watches. */
    record Backup(long since) implements VipRole {}

    /** It cannot have them: an interface is down, or this host is not ready. */
    record Fault(long since) implements VipRole {}

    /** keepalived was stopped, or the instance was taken out of its configuration. */
    record Stopped(long since) implements VipRole {}

    /** What keepalived says. */
    enum Told {
        MASTER,
        BACKUP,
        FAULT,
        STOP;

        /** Of keepalived's words; empty: it is none of them. */
        public static Optional<Told> of(String word) {
            return switch (word) {
                case "MASTER", "MASTER_RX_LOWER_PRI", "MASTER_PRIORITY" -> Optional.of(MASTER);
                case "BACKUP", "BACKUP_PRIORITY" -> Optional.of(BACKUP);
                case "FAULT" -> Optional.of(FAULT);
                case "STOP", "DELETED" -> Optional.of(STOP);
                default -> Optional.empty();
            };
        }
    }

    /** The first of an instance. */
    static VipRole first(Told told, long now) {
        return switch (told) {
            case MASTER -> new Master(now);
            case BACKUP -> new Backup(now);
            case FAULT -> new Fault(now);
            case STOP -> new Stopped(now);
        };
    }

    default Transition<VipRole> on(Told told, long now) {
        VipRole next = first(told, now);
        if (next.getClass() == getClass()) {
            return Transition.stayed(this);
        }
        return Transition.to(next, "was " + word());
    }

    /** In small letters. */
    default String word() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
