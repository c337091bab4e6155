package io.weir.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Counters.Count;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** One packet and what became of it. Counters are named first, then the fate. */
public final class Step {

    private final Family family;
    private final byte[] frame;
    private final DataPath.Outcome outcome;
    private final Runnable done;
    private final Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
    private final Map<Integer, Map<Count, Long>> targets = new TreeMap<>();
    private final Map<String, Long> connections = new TreeMap<>();
    private long flows;
    private boolean checksumsWrong;

    Step(Family family, byte[] frame, DataPath.Outcome outcome, Runnable done) {
        this.family = family;
        this.frame = frame;
        this.outcome = outcome;
        this.done = done;
    }

    /** One of a target's counters goes up by one. */
    public Step counting(Role target, Count count) {
        return counting(target, count, 1);
    }

    public Step counting(Role target, Count count, long by) {
        targets.computeIfAbsent(Setup.index(target, family), absent -> new EnumMap<>(Count.class))
                .merge(count, by, Long::sum);
        return this;
    }

    /** One of TARGET's counters goes up by one. */
    public Step counting(Count count) {
        return counting(Role.TARGET, count);
    }

    /** A reason is counted although the packet is sent. */
    public Step noting(Reason reason) {
        reasons.merge(reason, 1L, Long::sum);
        return this;
    }

    /** A flow enters the main table. */
    public Step confirming(Role target) {
        return confirming(target, Setup.PROXY);
    }

    public Step confirming(Role target, int proxy) {
        flows++;
        return confirmingAgain(target, proxy);
    }

    /** A flow that a peer carried enters the main table: it is no new connection. */
    public Step promoting(Role target) {
        flows++;
        return noting(Reason.PROMOTED).counting(target, Count.ACTIVE);
    }

    /** A flow takes the place that an earlier one of the same addresses left in the main table. */
    public Step confirmingAgain(Role target, int proxy) {
        connections.merge(proxy + " to " + Setup.index(target, family), 1L, Long::sum);
        return counting(target, Count.CONNECTIONS).counting(target, Count.ACTIVE);
    }

    /** A flow ends. */
    public Step ending(Role target) {
        return counting(target, Count.ACTIVE, -1);
    }

    /** The checksums went in wrong and stay as wrong as they were. */
    public Step withWrongChecksums() {
        checksumsWrong = true;
        return this;
    }

    /** It left without the stack. */
    public void sent(Packet expected) {
        countPacket(expected);
        check(Hook.Verdict.SENT, expected.frame());
    }

    /** The stack goes on with it translated, for this reason. */
    public void rewritten(Reason reason, Packet expected) {
        noting(reason);
        countPacket(expected);
        check(Hook.Verdict.PASSED, expected.frame());
    }

    /** It leaves by the stack, translated: at egress nothing else can become of it. */
    public void translated(Packet expected) {
        countPacket(expected);
        check(Hook.Verdict.PASSED, expected.frame());
    }

    /** Left alone, for this reason. */
    public void passed(Reason reason) {
        noting(reason);
        check(Hook.Verdict.PASSED, frame);
    }

    public void dropped(Reason reason) {
        noting(reason);
        assertVerdictAndCounters(Hook.Verdict.DROPPED);
    }

    private void check(Hook.Verdict verdict, byte[] expected) {
        if (!checksumsWrong) {
            assertThat(Dissector.wrongChecksums(expected))
                    .as("checksums the row expects")
                    .isEmpty();
            assertThat(Dissector.wrongChecksums(outcome.frame()))
                    .as("wrong checksums")
                    .isEmpty();
        }
        assertThat(Dissector.text(outcome.frame())).isEqualTo(Dissector.text(expected));
        assertThat(HexFormat.of().formatHex(outcome.frame()))
                .as("bytes")
                .isEqualTo(HexFormat.of().formatHex(expected));
        assertVerdictAndCounters(verdict);
    }

    private void assertVerdictAndCounters(Hook.Verdict verdict) {
        done.run();
        assertThat(outcome.changed().reasons()).as("reasons").isEqualTo(reasons);
        assertThat(outcome.verdict()).as("verdict").isEqualTo(verdict);
        assertThat(outcome.changed().targets()).as("counters of targets").isEqualTo(targets);
        assertThat(outcome.changed().connections()).as("connections").isEqualTo(connections);
        assertThat(outcome.changed().flows()).as("flows").isEqualTo(flows);
    }

    /** Every translated packet but an ICMP error counts for its target. */
    private void countPacket(Packet expected) {
        if (expected.transport() instanceof Transport.Icmp) {
            return;
        }
        int bytes = expected.network().length;
        for (Role role : Role.values()) {
            if (!role.isTarget()) {
                continue;
            }
            if (role.address(family).equals(expected.destination())) {
                counting(role, Count.PACKETS_FORWARD, 1).counting(role, Count.BYTES_FORWARD, bytes);
            } else if (role.address(family).equals(arrivedFrom(expected))) {
                counting(role, Count.PACKETS_REPLY, 1).counting(role, Count.BYTES_REPLY, bytes);
            }
        }
    }

    /** The source address the frame came with; translation changes no lengths, so it stands where it will stand. */
    private IpAddress arrivedFrom(Packet expected) {
        int at = 14 + 4 * expected.tags().size() + (family == Family.V4 ? 12 : 8);
        return IpAddress.ofBytes(Arrays.copyOfRange(frame, at, at + family.bits() / 8));
    }
}
