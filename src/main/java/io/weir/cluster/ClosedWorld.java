package io.weir.cluster;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.fdetector.FailureDetectorImpl;
import io.scalecube.cluster.gossip.GossipProtocolImpl;
import io.scalecube.cluster.membership.MemberStatus;
import io.scalecube.cluster.membership.MembershipProtocolImpl;
import io.scalecube.cluster.metadata.MetadataStoreImpl;
import io.scalecube.cluster.transport.api.Message;
import java.io.Externalizable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Every class that may stand in a message between nodes, each with a number; there are no others. scalecube's own messages are
 * read and written by themselves, field by field, and only what they consist of goes through here: no class is ever looked up by
 * what stands in a message.
 */
final class ClosedWorld {

    /** What of ours is gossiped. */
    static final String GOSSIP = "weir/gossip";

    private static final String PACKAGE = "io.scalecube.cluster.";

    /** Written by themselves. Their order is the protocol's. */
    private static final List<Class<?>> OWN_FORM = List.of(
            Message.class,
            Member.class,
            hidden("fdetector.PingData"),
            hidden("membership.SyncData"),
            hidden("membership.MembershipRecord"),
            hidden("gossip.Gossip"),
            hidden("gossip.GossipRequest"),
            hidden("metadata.GetMetadataRequest"),
            hidden("metadata.GetMetadataResponse"));

    private static final List<Class<?>> ENUMS = List.of(MemberStatus.class, hidden("fdetector.PingData$AckType"));

    /** What each message carries. */
    private static final Map<String, Class<?>> CONTENT = Map.of(
            FailureDetectorImpl.PING,
            hidden("fdetector.PingData"),
            FailureDetectorImpl.PING_REQ,
            hidden("fdetector.PingData"),
            FailureDetectorImpl.PING_ACK,
            hidden("fdetector.PingData"),
            MembershipProtocolImpl.SYNC,
            hidden("membership.SyncData"),
            MembershipProtocolImpl.SYNC_ACK,
            hidden("membership.SyncData"),
            MembershipProtocolImpl.MEMBERSHIP_GOSSIP,
            hidden("membership.MembershipRecord"),
            GossipProtocolImpl.GOSSIP_REQ,
            hidden("gossip.GossipRequest"),
            MetadataStoreImpl.GET_METADATA_REQ,
            hidden("metadata.GetMetadataRequest"),
            MetadataStoreImpl.GET_METADATA_RESP,
            hidden("metadata.GetMetadataResponse"),
            GOSSIP,
            byte[].class);

    private static final Set<String> IN_GOSSIP = Set.of(MembershipProtocolImpl.MEMBERSHIP_GOSSIP, GOSSIP);
    private static final Class<?> GOSSIPED = hidden("gossip.Gossip");
    private static final Class<?> PING_DATA = hidden("fdetector.PingData");
    private static final Class<?> RECORD = hidden("membership.MembershipRecord");
    private static final Method MEMBER = getter("member");
    private static final Method STATUS = getter("status");
    private static final Method INCARNATION = getter("incarnation");

    private static final Map<Class<?>, Integer> NUMBERS =
            IntStream.range(0, OWN_FORM.size()).boxed().collect(Collectors.toMap(OWN_FORM::get, number -> number));
    private static final List<Constructor<?>> CONSTRUCTORS =
            OWN_FORM.stream().<Constructor<?>>map(ClosedWorld::constructor).toList();

    /** @param incarnation what is said of a member with a higher one is newer */
    record Sighting(Member member, MemberStatus status, int incarnation) {}

    private ClosedWorld() {}

    private static Class<?> hidden(String name) {
        try {
            return Class.forName(PACKAGE + name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("this version of scalecube has no " + name, e);
        }
    }

    private static Constructor<?> constructor(Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("this version of scalecube has another " + type, e);
        }
    }

    private static Method getter(String name) {
        try {
            Method method = RECORD.getDeclaredMethod(name);
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("this version of scalecube has another " + RECORD, e);
        }
    }

    /** How a node sees a member, where that is what an object says. */
    static Optional<Sighting> sighting(Object value) {
        if (value.getClass() != RECORD) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Sighting((Member) MEMBER.invoke(value), (MemberStatus) STATUS.invoke(value), (int)
                    INCARNATION.invoke(value)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of scalecube has another " + RECORD, e);
        }
    }

    /** The number of a class that is written by itself; empty for any other. */
    static Optional<Integer> number(Object value) {
        return Optional.ofNullable(NUMBERS.get(value.getClass()));
    }

    /** A new object of a number's class, to be read into. */
    static Externalizable create(int number) {
        if (number < 0 || number >= CONSTRUCTORS.size()) {
            throw new IllegalArgumentException("no class has the number " + number);
        }
        try {
            return (Externalizable) CONSTRUCTORS.get(number).newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of scalecube has another " + OWN_FORM.get(number), e);
        }
    }

    static Optional<Integer> constantNumber(Object value) {
        return Optional.of(ENUMS.indexOf(value.getClass())).filter(number -> number >= 0);
    }

    static Object constant(int number, int ordinal) {
        if (number < 0 || number >= ENUMS.size()) {
            throw new IllegalArgumentException("no enum has the number " + number);
        }
        Object[] constants = ENUMS.get(number).getEnumConstants();
        if (constants == null || ordinal < 0 || ordinal >= constants.length) {
            throw new IllegalArgumentException(ENUMS.get(number) + " has no constant " + ordinal);
        }
        return constants[ordinal];
    }

    /** Whether the nth object of another one may be left out. */
    static boolean mayLack(Class<?> type, int nth) {
        return type == Message.class || type == PING_DATA && nth >= 2;
    }

    /** Whether each number in it is how many of something follow. */
    static boolean countsWith(Class<?> type) {
        return type != RECORD;
    }

    /** What a message carries, and where, is what its name says: another one would end the thread that works on it. */
    static void requireWhole(Message message, Class<?> around) {
        String name = String.valueOf(message.qualifier());
        Class<?> content = CONTENT.get(name);
        Object data = message.data();
        boolean isGossiped = around == GOSSIPED;
        if (content == null || data == null || data.getClass() != content || isGossiped != IN_GOSSIP.contains(name)) {
            throw new IllegalArgumentException(
                    "a message " + name + " that carries something else, or stands elsewhere");
        }
    }
}
