package io.weir.cli;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the pinned data path says of itself.
 *
 * @param interfaces how it is attached, by interface
 * @param listeners what it takes
 * @param targets where it sends to
 * @param verdicts packets that were not plainly forwarded, by reason
 */
public record StatusView(
        SortedMap<String, String> interfaces,
        List<ListenerView> listeners,
        List<TargetView> targets,
        SortedMap<String, Long> verdicts) {

    public StatusView {
        interfaces = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(interfaces));
        listeners = List.copyOf(listeners);
        targets = List.copyOf(targets);
        verdicts = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(verdicts));
    }

    /**
     * @param address where it listens, as in {@code 192.0.2.80:80} or {@code eth0:80}
     * @param protocol {@code tcp} or {@code udp}
     * @param targets share of the slots in percent, by target
     */
    public record ListenerView(String address, String protocol, Map<String, Double> targets) {
        public ListenerView {
            targets = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(targets));
        }
    }

    /**
     * Counted since the target was first wanted, or wanted again after all its connections had ended.
     *
     * @param target as in {@code 10.0.0.1:8080}
     * @param active connections now
     * @param connections in all
     * @param bytesToTarget forwarded
     * @param bytesToClient forwarded
     */
    public record TargetView(String target, long active, long connections, long bytesToTarget, long bytesToClient) {}
}
