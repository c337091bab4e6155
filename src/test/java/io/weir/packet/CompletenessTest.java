package io.weir.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress.Family;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every reason has a row in each family and at each hook, or it is said here why it cannot occur there. */
class CompletenessTest {

    private static final String ONLY_WHERE_PACKETS_COME_IN =
            "the kernel has routed what leaves, and only replies are translated there";

    /** Reasons that no packet can show, anywhere. */
    private static final Map<Reason, String> NOWHERE = Map.of(
            Reason.REWRITE_FAILED,
            "every place that is written was found in the packet before",
            Reason.FLOW_NO_MEMORY,
            "the kernel keeps memory for some entries at hand, and no test may use up all that there is");

    private static final Set<Reason> ONLY_V6 =
            Set.of(Reason.EXTENSION_HEADER, Reason.LINK_LOCAL, Reason.LINK_UNREACHABLE);

    /** Reasons that cannot occur at egress. */
    private static final Map<Reason, String> NOT_AT_EGRESS = new EnumMap<>(Map.ofEntries(
            Map.entry(Reason.NO_FLOW, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.NOT_UNICAST, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.LOCAL_TARGET, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.NO_NEIGHBOUR, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.REPLY_NO_NEIGHBOUR, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.NO_ROUTE, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.FORWARDING_OFF, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.NOT_REDIRECTABLE, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.MTU_EXCEEDED, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.TTL_EXCEEDED, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.REPLY_MTU_EXCEEDED, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.REPLY_TTL_EXCEEDED, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.HALF_OPEN_EVICTED, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.IP_OPTIONS, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.VLAN, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.LINK_LOCAL, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.LINK_UNREACHABLE, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.PICKED_UP, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.REPLY_TAKEN, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.SOURCE_LIMITED, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.TARGET_LIMITED, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.NO_TARGET, ONLY_WHERE_PACKETS_COME_IN),
            Map.entry(Reason.NO_TARGET_OF_FAMILY, ONLY_WHERE_PACKETS_COME_IN)));

    @Test
    void every_reason_has_a_row_wherever_it_can_occur() {
        List<String> missing = new ArrayList<>();
        for (Reason reason : Reason.values()) {
            for (Family family : Family.values()) {
                for (Hook hook : Hook.values()) {
                    if (isPossible(reason, family, hook) && !hasRow(reason, family, hook)) {
                        missing.add(reason + " " + family + " " + hook);
                    }
                }
            }
        }
        assertThat(missing).as("reasons without a row").isEmpty();
    }

    @Test
    void what_is_said_to_be_impossible_has_no_row() {
        List<String> wrong = new ArrayList<>();
        for (Row row : Rows.all()) {
            for (Reason reason : row.reasons()) {
                row.families()
                        .forEach(family -> row.hooks().stream()
                                .filter(hook -> !isPossible(reason, family, hook))
                                .forEach(
                                        hook -> wrong.add(row.sentence() + ": " + reason + " " + family + " " + hook)));
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void sentences_are_told_once() {
        assertThat(Rows.all().stream().map(Row::sentence)).doesNotHaveDuplicates();
    }

    private static boolean isPossible(Reason reason, Family family, Hook hook) {
        if (NOWHERE.containsKey(reason)) {
            return false;
        }
        // IPv4 has no extension headers, and no link-local targets.
        if (ONLY_V6.contains(reason) && family == Family.V4) {
            return false;
        }
        return hook != Hook.EGRESS || !NOT_AT_EGRESS.containsKey(reason);
    }

    /** Plain forwarding counts no reason: any row without one will do. */
    private static boolean hasRow(Reason reason, Family family, Hook hook) {
        return Rows.all().stream()
                .filter(row -> row.families().contains(family) && row.hooks().contains(hook))
                .anyMatch(row -> reason == Reason.NONE
                        ? row.reasons().isEmpty()
                        : row.reasons().contains(reason));
    }
}
