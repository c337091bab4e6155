package io.weir.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the pinned data path says of itself; under the names that the admin API has for the same.
 *
 * @param interfaces where it is attached
 * @param elsewhere that it is attached where the interfaces are not to be seen from, and how to get there
 * @param listeners what it takes
 * @param targets where it sends to
 * @param verdicts packets that were not plainly forwarded; reasons without any are left out
 * @param lostFlows connections that expiry has lost sight of, so that they never end; none unless there is a bug
 */
public record StatusView(
        List<InterfaceView> interfaces,
        @JsonIgnore Optional<String> elsewhere,
        List<ListenerView> listeners,
        List<TargetView> targets,
        List<VerdictView> verdicts,
        long lostFlows) {

    public StatusView {
        interfaces = List.copyOf(interfaces);
        listeners = List.copyOf(listeners);
        targets = List.copyOf(targets);
        verdicts = List.copyOf(verdicts);
    }

    /** @param mode {@code native}, {@code generic} or {@code tc} */
    public record InterfaceView(String name, String mode) {}

    /**
     * @param address where it listens, as in {@code 192.0.2.80:80} or {@code eth0:80}
     * @param protocol {@code tcp} or {@code udp}
     * @param targets share of the slots in percent, by target
     */
    public record ListenerView(String address, String protocol, SortedMap<String, Double> targets) {
        public ListenerView {
            targets = Collections.unmodifiableSortedMap(new TreeMap<>(targets));
        }

        public ListenerView(String address, String protocol, Map<String, Double> targets) {
            this(address, protocol, new TreeMap<>(targets));
        }
    }

    /**
     * Counted since the target was first wanted, or wanted again after all its connections had ended.
     *
     * @param targetId as in {@code 10.0.0.1:8080}
     * @param opened connections in all
     */
    public record TargetView(String targetId, long opened, VolumeView volume) {}

    /**
     * @param active connections now
     * @param bytesToTarget forwarded
     * @param bytesToClient forwarded
     */
    public record VolumeView(
            long active, long packetsToTarget, long bytesToTarget, long packetsToClient, long bytesToClient) {}

    /** @param verdict what became of the packets */
    public record VerdictView(String verdict, String reason, long packets) {}
}
