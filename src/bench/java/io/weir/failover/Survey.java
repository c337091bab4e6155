package io.weir.failover;

import io.weir.failover.Outcome.Fresh;
import io.weir.failover.Outcome.Group;
import io.weir.failover.Outcome.Held;
import io.weir.failover.Talk.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which connections there were at a mark, and what has become of them. Of the client's thread. */
final class Survey {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A client sends its first packet again after a second. */
    private static final long UNANSWERED = SECOND * 9 / 10;

    /** Between two silent connections that are asked. */
    private static final long PROBE_EVERY = TimeUnit.MICROSECONDS.toNanos(250);

    /** Those that have nothing to say of themselves. */
    private static final Set<Group> SILENT = EnumSet.of(Group.IDLE, Group.YOUNG, Group.YOUNGEST);

    private final Map<Group, List<Talk>> marked = new EnumMap<>(Group.class);
    private final Set<Talk> young = new HashSet<>();
    private final List<Talk> attempts = new ArrayList<>();
    private long since;
    private long longestPause;
    private long probed;

    boolean mark(Collection<Talk> held, Collection<Talk> opened, long now) {
        close();
        since = now;
        Stream.concat(held.stream(), opened.stream())
                .filter(Talk::isEstablished)
                .forEach(talk -> group(talk, now).ifPresent(group -> {
                    talk.mark();
                    marked.computeIfAbsent(group, _ -> new ArrayList<>()).add(talk);
                }));
        Stream.of(Group.YOUNG, Group.YOUNGEST)
                .flatMap(group -> marked.getOrDefault(group, List.of()).stream())
                .forEach(young::add);
        return true;
    }

    private static Optional<Group> group(Talk talk, long now) {
        long age = now - talk.established();
        return switch (talk.kind()) {
            case BUSY -> Optional.of(Group.BUSY);
            case IDLE -> Optional.of(Group.IDLE);
            case PUSH -> Optional.of(Group.PUSH);
            case YOUNG ->
                age > SECOND ? Optional.empty() : Optional.of(age > SECOND / 10 ? Group.YOUNG : Group.YOUNGEST);
        };
    }

    /** Who was established by then belongs to those that must survive, also if it has broken already. */
    boolean struck(long at) {
        Map<Boolean, List<Talk>> before = attempts.stream()
                .collect(Collectors.partitioningBy(talk -> talk.established() != 0 && talk.established() <= at));
        marked.computeIfAbsent(Group.YOUNGEST, _ -> new ArrayList<>()).addAll(before.get(true));
        young.addAll(before.get(true));
        attempts.clear();
        attempts.addAll(before.get(false));
        return true;
    }

    void attempted(Talk talk) {
        if (since != 0) {
            attempts.add(talk);
        }
    }

    /** The client itself did nothing for so long. */
    void paused(long nanos) {
        longestPause = Math.max(longestPause, nanos);
    }

    boolean wants(Talk talk) {
        return young.contains(talk);
    }

    boolean probe(Wheel wheel, long now) {
        probed = now;
        long due = now;
        for (Group group : SILENT) {
            for (Talk talk : marked.getOrDefault(group, List.of())) {
                wheel.at(due, talk::ask);
                due += PROBE_EVERY;
            }
        }
        return true;
    }

    boolean anyBehind(long now) {
        return marked.values().stream().flatMap(List::stream).anyMatch(talk -> talk.isBehind(from(talk), now));
    }

    /** When it must have been heard of. */
    private long from(Talk talk) {
        return talk.kind() == Kind.IDLE || talk.kind() == Kind.YOUNG ? probed : since;
    }

    /** Those that are silent are given up. */
    Outcome tell(long now, int perSecond) {
        Map<Group, Held> held = new EnumMap<>(Group.class);
        Map<String, Long> failures = new HashMap<>();
        marked.forEach((group, talks) -> {
            talks.forEach(talk -> talk.failure().ifPresent(why -> failures.merge(why, 1L, Long::sum)));
            long broken = talks.stream().filter(talk -> talk.failure().isPresent()).count();
            long silent = talks.stream().filter(talk -> talk.isBehind(from(talk), now)).count();
            long[] stalls = talks.stream()
                    .filter(talk -> talk.failure().isEmpty() && !talk.isBehind(from(talk), now))
                    .mapToLong(Talk::longest)
                    .toArray();
            held.put(group, new Held(talks.size(), broken, silent, Outcome.millis(stalls)));
            talks.stream().filter(talk -> talk.isBehind(from(talk), now)).forEach(Talk::end);
        });
        return new Outcome(held, fresh(now, perSecond), failures, longestPause / 1e6);
    }

    private Fresh fresh(long now, int perSecond) {
        List<Talk> told = attempts.stream()
                .filter(talk -> talk.established() != 0
                        || talk.failure().isPresent()
                        || now - talk.started() > UNANSWERED)
                .toList();
        List<Talk> refused = told.stream()
                .filter(talk -> talk.established() == 0 || talk.established() - talk.started() > UNANSWERED)
                .toList();
        double refusedMillis = refused.isEmpty()
                ? 0
                : (refused.getLast().started() - refused.getFirst().started()) / 1e6 + 1e3 / Math.max(1, perSecond);
        double slowest = told.stream()
                        .filter(talk -> talk.established() != 0)
                        .mapToLong(talk -> talk.established() - talk.started())
                        .max()
                        .orElse(0)
                / 1e6;
        long failed = told.stream().filter(talk -> talk.established() == 0).count();
        long broken = told.stream()
                .filter(talk -> talk.established() != 0 && talk.failure().isPresent())
                .count();
        return new Fresh(told.size(), failed, broken, refusedMillis, slowest);
    }

    void close() {
        marked.clear();
        young.clear();
        attempts.clear();
        longestPause = 0;
        since = 0;
    }
}
