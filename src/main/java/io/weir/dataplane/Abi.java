package io.weir.dataplane;

import static io.weir.dataplane.Field.be16;
import static io.weir.dataplane.Field.be32;
import static io.weir.dataplane.Field.opaque;
import static io.weir.dataplane.Field.struct;
import static io.weir.dataplane.Field.u16;
import static io.weir.dataplane.Field.u32;
import static io.weir.dataplane.Field.u64;
import static io.weir.dataplane.Field.u8;

import java.util.List;

/**
 * The structs of {@code bpf/abi.h}, one class each, with the names they have there. What a field means stands there and is not
 * said twice.
 */
public final class Abi {

    public static final int HALF_OPEN_WAYS = 7;
    public static final int PORT_WORDS = 4096;
    public static final int PORTS_IN_WORD = 16;
    public static final int PORT_BITS = 4;

    /** hop.interface: the kernel's own stack carries it. */
    public static final long HOP_STACK = 0xffffffffL;

    public static final int FAMILY_ANY = 0;
    public static final int FAMILY_V4 = 4;
    public static final int FAMILY_V6 = 6;

    public static final int DIRECTION_FORWARD = 0;
    public static final int DIRECTION_REPLY = 1;

    public static final int SERVICE_ROUTES = 1;
    public static final int SERVICE_PERSISTENT = 2;
    public static final int SERVICE_PICK_UP = 4;

    public static final int SETTINGS_EVENTS = 1;
    public static final int SETTINGS_TOTALS = 2;

    public static final int LINK_REDIRECT = 1;

    public static final int EVENT_OPENED = 1;
    public static final int EVENT_CLOSED = 2;

    /** Every struct. */
    public static final List<Layout> STRUCTS = List.of(
            FlowKey4.LAYOUT,
            FlowKey6.LAYOUT,
            Hop.LAYOUT,
            Flow.LAYOUT,
            HalfOpen.LAYOUT,
            HalfOpenBucket.LAYOUT,
            ServiceKey.LAYOUT,
            Service.LAYOUT,
            RouteKey.LAYOUT,
            Route.LAYOUT,
            Group.LAYOUT,
            Target.LAYOUT,
            TargetKey.LAYOUT,
            TargetHop.LAYOUT,
            TargetCounters.LAYOUT,
            ConnectionKey.LAYOUT,
            FlowTotals.LAYOUT,
            FragmentKey.LAYOUT,
            Fragment.LAYOUT,
            Link.LAYOUT,
            Settings.LAYOUT,
            Scratch.LAYOUT,
            Event.LAYOUT,
            Expiry.LAYOUT);

    private Abi() {}

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
                u8("pad", 2));
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
                u16("port_delta"),
                be16("port"),
                u8("direction"),
                u8("state"),
                struct("hop", Hop.LAYOUT, 1),
                u32("seen"),
                u32("target"),
                u32("proxy"),
                u32("created"),
                u8("flags"),
                u8("pad", 3));
        public static final Field ADDRESS = LAYOUT.field("address");
        public static final Field ADDRESS_DELTA = LAYOUT.field("address_delta");
        public static final Field PORT_DELTA = LAYOUT.field("port_delta");
        public static final Field PORT = LAYOUT.field("port");
        public static final Field DIRECTION = LAYOUT.field("direction");
        public static final Field STATE = LAYOUT.field("state");
        public static final Field HOP = LAYOUT.field("hop");
        public static final Field SEEN = LAYOUT.field("seen");
        public static final Field TARGET = LAYOUT.field("target");
        public static final Field PROXY = LAYOUT.field("proxy");
        public static final Field CREATED = LAYOUT.field("created");
        public static final Field FLAGS = LAYOUT.field("flags");

        private Flow() {}
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
                u8("protocol"),
                u8("family"),
                u8("state"),
                u8("pad", 9));
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

        private HalfOpen() {}
    }

    /** Seven ways of the half-open table. */
    public static final class HalfOpenBucket {
        public static final Layout LAYOUT = Layout.of(
                "half_open_bucket",
                opaque("lock", 4),
                u32("tag", HALF_OPEN_WAYS),
                u32("seen", HALF_OPEN_WAYS),
                u32("pad"),
                struct("entries", HalfOpen.LAYOUT, HALF_OPEN_WAYS));
        public static final Field LOCK = LAYOUT.field("lock");
        public static final Field TAG = LAYOUT.field("tag");
        public static final Field SEEN = LAYOUT.field("seen");
        public static final Field ENTRIES = LAYOUT.field("entries");

        private HalfOpenBucket() {}
    }

    /** What selects a listener. */
    public static final class ServiceKey {
        public static final Layout LAYOUT = Layout.of(
                "service_key", be32("address", 4), u32("interface"), be16("port"), u8("protocol"), u8("family"));
        public static final Field ADDRESS = LAYOUT.field("address");
        public static final Field INTERFACE = LAYOUT.field("interface");
        public static final Field PORT = LAYOUT.field("port");
        public static final Field PROTOCOL = LAYOUT.field("protocol");
        public static final Field FAMILY = LAYOUT.field("family");

        private ServiceKey() {}
    }

    /** A listener. */
    public static final class Service {
        public static final Layout LAYOUT = Layout.of("service", u32("proxy"), u32("group"), u32("flags"), u32("pad"));
        public static final Field PROXY = LAYOUT.field("proxy");
        public static final Field GROUP = LAYOUT.field("group");
        public static final Field FLAGS = LAYOUT.field("flags");

        private Service() {}
    }

    /** A source prefix of a proxy. */
    public static final class RouteKey {
        public static final Layout LAYOUT =
                Layout.of("route_key", u32("prefix_length"), be32("scope"), be32("source", 4));
        public static final Field PREFIX_LENGTH = LAYOUT.field("prefix_length");
        public static final Field SCOPE = LAYOUT.field("scope");
        public static final Field SOURCE = LAYOUT.field("source");

        private RouteKey() {}
    }

    /** Where a source prefix goes. */
    public static final class Route {
        public static final Layout LAYOUT = Layout.of("route", u32("group"), u32("flags"));
        public static final Field GROUP = LAYOUT.field("group");
        public static final Field FLAGS = LAYOUT.field("flags");

        private Route() {}
    }

    /** A slice of the slots. */
    public static final class Group {
        public static final Layout LAYOUT = Layout.of("group", u32("offset"), u32("size"));
        public static final Field OFFSET = LAYOUT.field("offset");
        public static final Field SIZE = LAYOUT.field("size");

        private Group() {}
    }

    /** Where a target is. */
    public static final class Target {
        public static final Layout LAYOUT = Layout.of(
                "target", be32("address", 4), be16("port"), u8("family"), u8("pad"), u32("interface"), u32("pad2", 2));
        public static final Field ADDRESS = LAYOUT.field("address");
        public static final Field PORT = LAYOUT.field("port");
        public static final Field FAMILY = LAYOUT.field("family");
        public static final Field INTERFACE = LAYOUT.field("interface");

        private Target() {}
    }

    /** A target by its endpoint. */
    public static final class TargetKey {
        public static final Layout LAYOUT =
                Layout.of("target_key", be32("address", 4), be16("port"), u8("family"), u8("pad"));
        public static final Field ADDRESS = LAYOUT.field("address");
        public static final Field PORT = LAYOUT.field("port");
        public static final Field FAMILY = LAYOUT.field("family");

        private TargetKey() {}
    }

    /** The way to a target. */
    public static final class TargetHop {
        public static final Layout LAYOUT = Layout.of("target_hop", struct("hop", Hop.LAYOUT, 1), u32("seen"));
        public static final Field HOP = LAYOUT.field("hop");
        public static final Field SEEN = LAYOUT.field("seen");

        private TargetHop() {}
    }

    /** What went to and from a target, on one CPU. */
    public static final class TargetCounters {
        public static final Layout LAYOUT = Layout.of(
                "target_counters",
                u64("packets", 2),
                u64("bytes", 2),
                u64("connections"),
                u64("active"),
                u64("syns"),
                u64("handshakes"),
                u64("handshake_resets"),
                u64("handshake_timeouts"),
                u64("early_resets"),
                u64("pad"));
        public static final Field PACKETS = LAYOUT.field("packets");
        public static final Field BYTES = LAYOUT.field("bytes");
        public static final Field CONNECTIONS = LAYOUT.field("connections");
        public static final Field ACTIVE = LAYOUT.field("active");
        public static final Field SYNS = LAYOUT.field("syns");
        public static final Field HANDSHAKES = LAYOUT.field("handshakes");
        public static final Field HANDSHAKE_RESETS = LAYOUT.field("handshake_resets");
        public static final Field HANDSHAKE_TIMEOUTS = LAYOUT.field("handshake_timeouts");
        public static final Field EARLY_RESETS = LAYOUT.field("early_resets");

        private TargetCounters() {}
    }

    /** A proxy and a target. */
    public static final class ConnectionKey {
        public static final Layout LAYOUT = Layout.of("connection_key", u32("proxy"), u32("target"));
        public static final Field PROXY = LAYOUT.field("proxy");
        public static final Field TARGET = LAYOUT.field("target");

        private ConnectionKey() {}
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

    /** What an interface can do. */
    public static final class Link {
        public static final Layout LAYOUT = Layout.of("link", u32("flags"));
        public static final Field FLAGS = LAYOUT.field("flags");

        private Link() {}
    }

    /** What the node tells the data path. */
    public static final class Settings {
        public static final Layout LAYOUT = Layout.of(
                "settings",
                u32("generation"),
                u32("flags"),
                u32("hz"),
                u32("established_timeout"),
                u32("udp_timeout"),
                u32("syn_timeout"),
                u32("closing_timeout"),
                u32("half_open_mask"),
                u32("seed"),
                u32("pad", 7));
        public static final Field GENERATION = LAYOUT.field("generation");
        public static final Field FLAGS = LAYOUT.field("flags");
        public static final Field HZ = LAYOUT.field("hz");
        public static final Field ESTABLISHED_TIMEOUT = LAYOUT.field("established_timeout");
        public static final Field UDP_TIMEOUT = LAYOUT.field("udp_timeout");
        public static final Field SYN_TIMEOUT = LAYOUT.field("syn_timeout");
        public static final Field CLOSING_TIMEOUT = LAYOUT.field("closing_timeout");
        public static final Field HALF_OPEN_MASK = LAYOUT.field("half_open_mask");
        public static final Field SEED = LAYOUT.field("seed");

        private Settings() {}
    }

    /** A CPU's room for a new flow. */
    public static final class Scratch {
        public static final Layout LAYOUT = Layout.of(
                "scratch",
                struct("forward", Flow.LAYOUT, 1),
                struct("reply", Flow.LAYOUT, 1),
                struct("forward_key", FlowKey6.LAYOUT, 1),
                struct("reply_key", FlowKey6.LAYOUT, 1),
                struct("entry", HalfOpen.LAYOUT, 1));
        public static final Field FORWARD = LAYOUT.field("forward");
        public static final Field REPLY = LAYOUT.field("reply");
        public static final Field FORWARD_KEY = LAYOUT.field("forward_key");
        public static final Field REPLY_KEY = LAYOUT.field("reply_key");
        public static final Field ENTRY = LAYOUT.field("entry");

        private Scratch() {}
    }

    /** A flow that began or ended. */
    public static final class Event {
        public static final Layout LAYOUT = Layout.of(
                "event",
                u64("time"),
                u64("packets", 2),
                u64("bytes", 2),
                be32("client", 4),
                be32("vip", 4),
                be16("client_port"),
                be16("vip_port"),
                u32("target"),
                u32("proxy"),
                u32("duration"),
                u8("type"),
                u8("protocol"),
                u8("family"),
                u8("flags"),
                u32("pad"));
        public static final Field TIME = LAYOUT.field("time");
        public static final Field PACKETS = LAYOUT.field("packets");
        public static final Field BYTES = LAYOUT.field("bytes");
        public static final Field CLIENT = LAYOUT.field("client");
        public static final Field VIP = LAYOUT.field("vip");
        public static final Field CLIENT_PORT = LAYOUT.field("client_port");
        public static final Field VIP_PORT = LAYOUT.field("vip_port");
        public static final Field TARGET = LAYOUT.field("target");
        public static final Field PROXY = LAYOUT.field("proxy");
        public static final Field DURATION = LAYOUT.field("duration");
        public static final Field TYPE = LAYOUT.field("type");
        public static final Field PROTOCOL = LAYOUT.field("protocol");
        public static final Field FAMILY = LAYOUT.field("family");
        public static final Field FLAGS = LAYOUT.field("flags");

        private Event() {}
    }

    /** The state of expiry. */
    public static final class Expiry {
        public static final Layout LAYOUT = Layout.of(
                "expiry",
                opaque("timer", 16),
                u64("flows"),
                u64("examined"),
                u64("expired"),
                u64("slices"),
                u64("lost"),
                u32("half_open_cursor"),
                u32("jiffies"));
        public static final Field TIMER = LAYOUT.field("timer");
        public static final Field FLOWS = LAYOUT.field("flows");
        public static final Field EXAMINED = LAYOUT.field("examined");
        public static final Field EXPIRED = LAYOUT.field("expired");
        public static final Field SLICES = LAYOUT.field("slices");
        public static final Field LOST = LAYOUT.field("lost");
        public static final Field HALF_OPEN_CURSOR = LAYOUT.field("half_open_cursor");
        public static final Field JIFFIES = LAYOUT.field("jiffies");

        private Expiry() {}
    }
}
