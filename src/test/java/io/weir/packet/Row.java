package io.weir.packet;

import io.weir.dataplane.Reason;
import io.weir.model.IpAddress.Family;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A sentence about the data path, and the packets that prove it.
 *
 * @param sentence what it proves
 * @param families in which it is told
 * @param hooks at which it is told; at {@link Hook#EGRESS} what clients send arrives at ingress
 * @param reasons that are counted at the hook it is told about: these and no others
 * @param room connections in the flow tables
 * @param story what happens
 */
public record Row(
        String sentence, Set<Family> families, Set<Hook> hooks, Set<Reason> reasons, int room, Consumer<Story> story) {

    public static final int ROOMY = 1000;

    /** Told in both families at XDP and TC ingress. */
    public static Row of(String sentence, Consumer<Story> story) {
        return new Row(
                sentence,
                EnumSet.allOf(Family.class),
                EnumSet.of(Hook.XDP, Hook.INGRESS),
                EnumSet.noneOf(Reason.class),
                ROOMY,
                story);
    }

    public Row counting(Reason first, Reason... others) {
        return new Row(sentence, families, hooks, EnumSet.of(first, others), room, story);
    }

    public Row at(Hook first, Hook... others) {
        return new Row(sentence, families, EnumSet.of(first, others), reasons, room, story);
    }

    public Row everywhere() {
        return new Row(sentence, families, EnumSet.allOf(Hook.class), reasons, room, story);
    }

    public Row in(Family family) {
        return new Row(sentence, EnumSet.of(family), hooks, reasons, room, story);
    }

    /** With room for one connection. */
    public Row cramped() {
        return new Row(sentence, families, hooks, reasons, 1, story);
    }
}
