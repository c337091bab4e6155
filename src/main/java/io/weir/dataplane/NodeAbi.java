package io.weir.dataplane;

import static io.weir.dataplane.Field.be16;
import static io.weir.dataplane.Field.be32;
import static io.weir.dataplane.Field.opaque;
import static io.weir.dataplane.Field.u32;
import static io.weir.dataplane.Field.u64;
import static io.weir.dataplane.Field.u8;

/** The structs of {@code bpf/abi.h} by which the node and the data path tell each other what they do. */
public final class NodeAbi {

    public static final int SETTINGS_EVENTS = 1;
    public static final int SETTINGS_TOTALS = 2;
    public static final int SETTINGS_LIMIT_SOURCES = 4;
    public static final int SETTINGS_LIMIT_TARGETS = 8;

    public static final int LINK_REDIRECT = 1;

    public static final int REST_SECONDS = 60;

    public static final int EVENT_OPENED = 1;
    public static final int EVENT_CLOSED = 2;

    private NodeAbi() {}

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
                u32("crowded"),
                u32("strangers", 4),
                u32("full"),
                u32("source_rate"),
                u32("source_burst"),
                u32("target_rate"),
                u32("target_burst"),
                u32("look_again"),
                u32("resting"));
        public static final Field GENERATION = LAYOUT.field("generation");
        public static final Field FLAGS = LAYOUT.field("flags");
        public static final Field HZ = LAYOUT.field("hz");
        public static final Field ESTABLISHED_TIMEOUT = LAYOUT.field("established_timeout");
        public static final Field UDP_TIMEOUT = LAYOUT.field("udp_timeout");
        public static final Field SYN_TIMEOUT = LAYOUT.field("syn_timeout");
        public static final Field CLOSING_TIMEOUT = LAYOUT.field("closing_timeout");
        public static final Field HALF_OPEN_MASK = LAYOUT.field("half_open_mask");
        public static final Field SEED = LAYOUT.field("seed");
        public static final Field CROWDED = LAYOUT.field("crowded");
        public static final Field FULL = LAYOUT.field("full");
        public static final Field LOOK_AGAIN = LAYOUT.field("look_again");
        public static final Field STRANGERS = LAYOUT.field("strangers");
        public static final Field SOURCE_RATE = LAYOUT.field("source_rate");
        public static final Field SOURCE_BURST = LAYOUT.field("source_burst");
        public static final Field TARGET_RATE = LAYOUT.field("target_rate");
        public static final Field TARGET_BURST = LAYOUT.field("target_burst");
        public static final Field RESTING = LAYOUT.field("resting");

        private Settings() {}
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
                u32("idle"),
                u32("handshake"),
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
        public static final Field IDLE = LAYOUT.field("idle");
        public static final Field HANDSHAKE = LAYOUT.field("handshake");
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
                u32("jiffies"),
                u32("round"),
                u32("left"));
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

    /** What is added to counts that go on. */
    public static final class Amendment {
        public static final Layout LAYOUT =
                Layout.of("amendment", u64("flows"), u64("active"), u32("target"), u32("proxy"));
        public static final Field FLOWS = LAYOUT.field("flows");
        public static final Field ACTIVE = LAYOUT.field("active");
        public static final Field TARGET = LAYOUT.field("target");
        public static final Field PROXY = LAYOUT.field("proxy");

        private Amendment() {}
    }
}
