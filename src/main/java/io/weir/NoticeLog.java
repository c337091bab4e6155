package io.weir;

import io.weir.engine.CircuitStatus;
import io.weir.engine.DrainStatus;
import io.weir.engine.Notice;
import io.weir.model.Subscription;
import io.weir.policy.HealthTrack;
import io.weir.policy.VipRole;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log what befalls targets and VIPs: an operator looks there first. Weights follow from it and are not told. */
final class NoticeLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NoticeLog.class);

    /** A host full of targets that dies is told in full. */
    static final int WAITING = 4096;

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Subscription<Notice> notices;
    private final Thread thread;
    private long lost;

    NoticeLog(Subscription<Notice> notices) {
        this.notices = notices;
        this.thread = Thread.ofVirtual().name("weir-notices").start(this::run);
    }

    private void run() {
        try {
            while (!notices.isClosed()) {
                Optional<Notice> notice = notices.next(LOOK);
                notice.ifPresent(NoticeLog::write);
                tellLost();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellLost() {
        long now = notices.lost();
        if (now > lost) {
            LOG.warn("{} changes of targets came too fast to be written here: see 'weir status'", now - lost);
            lost = now;
        }
    }

    private static void write(Notice notice) {
        Line line = line(notice);
        if (line.isBad()) {
            LOG.warn(line.text());
        } else if (!line.text().isEmpty()) {
            LOG.info(line.text());
        }
    }

    /** @param text empty: nothing to be told */
    record Line(boolean isBad, String text) {}

    static Line line(Notice notice) {
        return switch (notice) {
            case Notice.HealthNotice(var target, var status, var error) -> {
                boolean isBad = status == HealthTrack.Status.UNHEALTHY;
                yield new Line(isBad, "target " + target + " is " + word(status) + (isBad ? because(error) : ""));
            }
            case Notice.ForcedNotice(var target, var healthy) ->
                new Line(
                        false,
                        "target " + target
                                + healthy.map(is -> " is declared " + (is ? "healthy" : "unhealthy"))
                                        .orElse(" is as its checks find it, no longer as declared"));
            case Notice.CircuitNotice(var target, var from, var to) -> {
                boolean isBad = to.state() == CircuitStatus.State.OPEN;
                yield new Line(isBad, "circuit of target " + target + " is " + word(to.state()) + because(to.why()));
            }
            case Notice.DrainNotice(var target, var status) -> {
                boolean isBad = status.state() == DrainStatus.State.TIMEOUT;
                yield new Line(
                        isBad,
                        "drain of target " + target + ": " + word(status.state()) + ", " + status.current() + " of "
                                + status.initial() + " connections left");
            }
            case Notice.WeightsNotice _, Notice.MemberNotice _ ->
                new Line(false, ""); // nodes are told where they are seen
            case Notice.VipNotice(var instance, var role, var was) ->
                new Line(
                        role instanceof VipRole.Fault,
                        "VRRP instance " + instance + " is " + role.word() + " here"
                                + (was.isEmpty() ? "" : ", " + was));
        };
    }

    private static String because(String why) {
        return why.isEmpty() ? "" : ": " + why;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void close() {
        notices.close();
        thread.interrupt();
    }
}
