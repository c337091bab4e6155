package io.weir.engine;

import io.weir.engine.Ids.ListenerPort;
import io.weir.model.Desired;
import io.weir.model.Proxy;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Client packets of established flows are told by their listener's port: its bits stay until no flow can be left on any
 * target that the port's proxies ever used. One derivation's working copy.
 */
final class ListenerPorts {

    private final SharedMap<Integer, ListenerPort> before;
    private final SharedMap.Edit<Integer, ListenerPort> ports;
    private final Set<Integer> changed = new LinkedHashSet<>();
    private final BitSet inUse = new BitSet();
    private final Evidence evidence;
    private final long lasting;
    private final long now;

    private ListenerPorts(Desired desired, Ids previous, Evidence evidence, long now) {
        this.before = previous.listenerPorts();
        this.ports = before.edit();
        this.evidence = evidence;
        this.lasting = Quarantine.targetMs(desired.settings());
        this.now = now;
        for (Proxy proxy : desired.proxies()) {
            inUse.set(proxy.listen().port());
        }
    }

    static ListenerPorts of(Desired desired, Ids previous, Evidence evidence, long now) {
        return new ListenerPorts(desired, previous, evidence, now);
    }

    /**
     * @param come parts that are new
     * @param claimed indices that have been claimed, by port
     * @param gone indices that have been let go: no flow is left on them
     */
    void settle(List<ProxyPart> come, Map<Integer, Set<Integer>> claimed, Set<Integer> gone) {
        for (ProxyPart part : come) {
            int port = part.proxy().listen().port();
            Set<Integer> targets = claimed.getOrDefault(port, Set.of());
            int bits = Ports.listener(part.proxy().listen().protocols());
            ListenerPort known = ports.get(port);
            put(port, known == null ? new ListenerPort(bits, targets, Ids.IN_USE) : with(known, bits, targets));
        }
        before.forEach((port, known) -> {
            boolean idles = known.idleSince() != Ids.IN_USE;
            if (!inUse.get(port) && !idles) {
                put(port, new ListenerPort(known.bits(), known.targets(), now));
            } else if (!inUse.get(port)
                    && Quarantine.isOver(known.idleSince(), lasting, now)
                    && evidence.idleTargets().containsAll(known.targets())) {
                ports.remove(port);
                changed.add(port);
            }
        });
        if (!gone.isEmpty()) {
            forget(gone);
        }
    }

    private void forget(Set<Integer> gone) {
        Map<Integer, ListenerPort> shrunk = new HashMap<>();
        before.keySet().forEach(port -> {
            ListenerPort known = ports.get(port);
            if (known != null && known.targets().stream().anyMatch(gone::contains)) {
                Set<Integer> targets = new HashSet<>(known.targets());
                targets.removeAll(gone);
                shrunk.put(port, new ListenerPort(known.bits(), targets, known.idleSince()));
            }
        });
        shrunk.forEach(this::put);
    }

    private static ListenerPort with(ListenerPort known, int bits, Set<Integer> more) {
        Set<Integer> targets = known.targets();
        if (!targets.containsAll(more)) {
            targets = new HashSet<>(targets);
            targets.addAll(more);
        }
        return new ListenerPort(known.bits() | bits, targets, Ids.IN_USE);
    }

    private void put(int port, ListenerPort value) {
        ListenerPort known = ports.put(port, value);
        if (known == null || known.bits() != value.bits()) {
            changed.add(port);
        }
    }

    /** Ports whose bits are not as before. */
    Set<Integer> changed() {
        return changed;
    }

    SharedMap<Integer, ListenerPort> done() {
        return ports.done();
    }
}
