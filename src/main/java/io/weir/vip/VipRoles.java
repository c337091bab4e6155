package io.weir.vip;

import io.weir.policy.Transition;
import io.weir.policy.VipRole;
import io.weir.policy.VipRole.Told;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The roles by instance, and what changes them: keepalived's lines, as in {@code INSTANCE "clients" MASTER 100}. One thread
 * takes lines, any may read.
 */
final class VipRoles {

    /** keepalived's own limit is far above what anybody has; a FIFO that anyone can write to must not fill the heap. */
    private static final int INSTANCES = 256;

    private static final Pattern LINE =
            Pattern.compile("(INSTANCE|GROUP) \"([^\"]{1,64})\" ([A-Z_]{1,32})( -?[0-9]{1,5})?");

    private volatile SortedMap<String, VipRole> roles = Collections.emptySortedMap();
    private volatile long refused;

    /** @param why what it was before */
    record Change(String instance, VipRole role, String why) {}

    Map<String, VipRole> all() {
        return roles;
    }

    /** Lines that made no sense. */
    long refused() {
        return refused;
    }

    /** What was so when this node ran last. */
    void restore(Map<String, VipRole> known) {
        roles = Collections.unmodifiableSortedMap(new TreeMap<>(known));
    }

    /** Empty: it changes nothing. Of sync groups nothing is kept, their instances tell the same. */
    Optional<Change> take(String line, long now) {
        Matcher words = LINE.matcher(line);
        Optional<Told> told = words.matches() ? Told.of(words.group(3)) : Optional.empty();
        if (told.isEmpty()) {
            refuse();
            return Optional.empty();
        }
        return words.group(1).equals("GROUP") ? Optional.empty() : told(words.group(2), told.get(), now);
    }

    private Optional<Change> told(String instance, Told told, long now) {
        VipRole before = roles.get(instance);
        if (before == null) {
            if (roles.size() == INSTANCES) {
                refuse();
                return Optional.empty();
            }
            return Optional.of(put(instance, VipRole.first(told, now), ""));
        }
        Transition<VipRole> transition = before.on(told, now);
        return transition.isChange()
                ? Optional.of(put(instance, transition.state(), transition.why()))
                : Optional.empty();
    }

    private Change put(String instance, VipRole role, String why) {
        SortedMap<String, VipRole> changed = new TreeMap<>(roles);
        changed.put(instance, role);
        roles = Collections.unmodifiableSortedMap(changed);
        return new Change(instance, role, why);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread takes lines
    private void refuse() {
        refused++;
    }
}
