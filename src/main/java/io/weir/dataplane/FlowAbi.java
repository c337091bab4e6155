package io.weir.dataplane;

import static io.weir.dataplane.Field.be16;
import static io.weir.dataplane.Field.be32;
import static io.weir.dataplane.Field.opaque;
import static io.weir.dataplane.Field.struct;
import static io.weir.dataplane.Field.u16;
import static io.weir.dataplane.Field.u32;
import static io.weir.dataplane.Field.u64;
import static io.weir.dataplane.Field.u8;

import java.lang.foreign.MemorySegment;

/** The structs of {@code bpf/abi.h} that flows are kept in, and packets are looked up by. */
public final class FlowAbi {

    public static final int HALF_OPEN_WAYS = 7;

    /** hop.interface: the kernel's own stack carries it. */
    public static final long HOP_STACK = 0xffffffffL;

    public static final int DIRECTION_FORWARD = 0;
    public static final int DIRECTION_REPLY = 1;

    public static final int FLOW_FIN_CLIENT = 1;
    public static final int FLOW_FIN_TARGET = 2;
    public static final int FLOW_RESET = 4;
    public static final int FLOW_DELETED = 8;
    public static final int FLOW_OVER = 16;
    public static final int FLOW_PROMOTED = 32;

    private FlowAbi() {}

    /** What an IPv4 packet is looked up by. */
    public static final class FlowKey4 {
        public static final Layout LAYOUT = Layout.of(
                "flow_key4",
                be32("source"),
                be32("destination"),
                be16("source_port"),
                be16("destination_port"),
                u8("protocol"),
                u8("pad", 3));
        public static final Field SOURCE = LAYOUT.field("source");
        public static final Field DESTINATION = LAYOUT.field("destination");
        public static final Field SOURCE_PORT = LAYOUT.field("source_port");
        public static final Field DESTINATION_PORT = LAYOUT.field("destination_port");
        public static final Field PROTOCOL = LAYOUT.field("protocol");

        private FlowKey4() {}
    }

    /** What an IPv6 packet is looked up by. */
    public static final class FlowKey6 {
        public static final Layout LAYOUT = Layout.of(
                "flow_key6",
                be32("source", 4),
                be32("destination", 4),
                be16("source_port"),
                be16("destination_port"),
                u8("protocol"),
                u8("queued"),
                u16("due"));
        public static final Field SOURCE = LAYOUT.field("source");
        public static final Field DESTINATION = LAYOUT.field("destination");
        public static final Field SOURCE_PORT = LAYOUT.field("source_port");
        public static final Field DESTINATION_PORT = LAYOUT.field("destination_port");
        public static final Field PROTOCOL = LAYOUT.field("protocol");
        public static final Field QUEUED = LAYOUT.field("queued");

        private FlowKey6() {}
    }

    /** Where the next packet goes. */
    public static final class Hop {
        public static final Layout LAYOUT = Layout.of(
                "hop", u32("interface"), u8("destination_mac", 6), u8("source_mac", 6), u16("mtu"), u16("generation"));
        public static final Field INTERFACE = LAYOUT.field("interface");
        public static final Field DESTINATION_MAC = LAYOUT.field("destination_mac");
        public static final Field SOURCE_MAC = LAYOUT.field("source_mac");
        public static final Field MTU = LAYOUT.field("mtu");
        public static final Field GENERATION = LAYOUT.field("generation");

        private Hop() {}
    }

    /** One direction of a flow. */
    public static final class Flow {
        public static final Layout LAYOUT = Layout.of(
                "flow",
                be32("address", 4),
                u16("address_delta"),
                be16("port"),
                u16("target"),
                u8("direction"),
                u8("state"),
                u32("seen"),
                struct("hop", Hop.LAYOUT, 1),
                u32("created"),
                u8("flags"),
                u8("proxy", 3));
        public static final Field ADDRESS = LAYOUT.field("address");
        public static final Field ADDRESS_DELTA = LAYOUT.field("address_delta");
        public static final Field PORT = LAYOUT.field("port");
        public static final Field DIRECTION = LAYOUT.field("direction");
        public static final Field STATE = LAYOUT.field("state");
        public static final Field HOP = LAYOUT.field("hop");
        public static final Field SEEN = LAYOUT.field("seen");
        public static final Field TARGET = LAYOUT.field("target");
        public static final Field CREATED = LAYOUT.field("created");
        public static final Field FLAGS = LAYOUT.field("flags");

        private static final Field PROXY = LAYOUT.field("proxy");

        private Flow() {}

        /** The listener that took it, by its forward entry. */
        public static int proxy(MemorySegment forward) {
            return (int) (PROXY.get(forward, 0) | PROXY.get(forward, 1) << 8 | PROXY.get(forward, 2) << 16);
        }
    }

    /** A flow that is not confirmed yet. */
    public static final class HalfOpen {
        public static final Layout LAYOUT = Layout.of(
                "half_open",
                be32("client", 4),
                be32("vip", 4),
                be16("client_port"),
                be16("vip_port"),
                u32("target"),
                u32("proxy"),
                u32("acknowledgment"),
                u32("created"),
                u32("opened"),
                u32("handshake"),
                u8("protocol"),
                u8("family"),
                u8("state"),
                u8("answered"));
        public static final Field CLIENT = LAYOUT.field("client");
        public static final Field VIP = LAYOUT.field("vip");
        public static final Field CLIENT_PORT = LAYOUT.field("client_port");
        public static final Field VIP_PORT = LAYOUT.field("vip_port");
        public static final Field TARGET = LAYOUT.field("target");
        public static final Field PROXY = LAYOUT.field("proxy");
        public static final Field ACKNOWLEDGMENT = LAYOUT.field("acknowledgment");
        public static final Field CREATED = LAYOUT.field("created");
        public static final Field PROTOCOL = LAYOUT.field("protocol");
        public static final Field FAMILY = LAYOUT.field("family");
        public static final Field STATE = LAYOUT.field("state");
        public static final Field ANSWERED = LAYOUT.field("answered");

        private HalfOpen() {}
    }

    /** Seven ways of the half-open table. */
    public static final class HalfOpenBucket {
        public static final Layout LAYOUT = Layout.of(
                "half_open_bucket",
                opaque("lock", 4),
                u32("tag", HALF_OPEN_WAYS),
                u32("seen", HALF_OPEN_WAYS),
                u32("lasting"),
                struct("entries", HalfOpen.LAYOUT, HALF_OPEN_WAYS));
        public static final Field LOCK = LAYOUT.field("lock");
        public static final Field TAG = LAYOUT.field("tag");
        public static final Field SEEN = LAYOUT.field("seen");
        public static final Field ENTRIES = LAYOUT.field("entries");

        private HalfOpenBucket() {}
    }

    /** Packets and bytes of one direction of a flow. */
    public static final class FlowTotals {
        public static final Layout LAYOUT = Layout.of("flow_totals", u64("packets"), u64("bytes"));
        public static final Field PACKETS = LAYOUT.field("packets");
        public static final Field BYTES = LAYOUT.field("bytes");

        private FlowTotals() {}
    }

    /** The fragments of one datagram. */
    public static final class FragmentKey {
        public static final Layout LAYOUT = Layout.of(
                "fragment_key",
                be32("source", 4),
                be32("destination", 4),
                be32("identification"),
                u8("protocol"),
                u8("family"),
                u8("pad", 2));
        public static final Field SOURCE = LAYOUT.field("source");
        public static final Field DESTINATION = LAYOUT.field("destination");
        public static final Field IDENTIFICATION = LAYOUT.field("identification");
        public static final Field PROTOCOL = LAYOUT.field("protocol");
        public static final Field FAMILY = LAYOUT.field("family");

        private FragmentKey() {}
    }

    /** The ports of a fragmented datagram. */
    public static final class Fragment {
        public static final Layout LAYOUT =
                Layout.of("fragment", be16("source_port"), be16("destination_port"), u32("seen"));
        public static final Field SOURCE_PORT = LAYOUT.field("source_port");
        public static final Field DESTINATION_PORT = LAYOUT.field("destination_port");
        public static final Field SEEN = LAYOUT.field("seen");

        private Fragment() {}
    }

    /** A CPU's room for a new flow. */
    public static final class Scratch {
        public static final Layout LAYOUT = Layout.of(
                "scratch",
                struct("forward", Flow.LAYOUT, 1),
                struct("reply", Flow.LAYOUT, 1),
                struct("forward_key", FlowKey6.LAYOUT, 1),
                struct("reply_key", FlowKey6.LAYOUT, 1),
                struct("entry", HalfOpen.LAYOUT, 1),
                struct("shadowed", HalfOpen.LAYOUT, 1));
        public static final Field FORWARD = LAYOUT.field("forward");
        public static final Field REPLY = LAYOUT.field("reply");
        public static final Field FORWARD_KEY = LAYOUT.field("forward_key");
        public static final Field REPLY_KEY = LAYOUT.field("reply_key");
        public static final Field ENTRY = LAYOUT.field("entry");
        public static final Field SHADOWED = LAYOUT.field("shadowed");

        private Scratch() {}
    }
}
