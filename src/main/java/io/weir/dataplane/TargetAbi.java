package io.weir.dataplane;

import static io.weir.dataplane.Field.be16;
import static io.weir.dataplane.Field.be32;
import static io.weir.dataplane.Field.struct;
import static io.weir.dataplane.Field.u32;
import static io.weir.dataplane.Field.u64;
import static io.weir.dataplane.Field.u8;

/** The structs of {@code bpf/abi.h} about targets: where they are, the way there, and what they got. */
public final class TargetAbi {

    private TargetAbi() {}

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
        public static final Layout LAYOUT = Layout.of("target_hop", struct("hop", FlowAbi.Hop.LAYOUT, 1), u32("seen"));
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

    /** Whose new connections are counted together. */
    public static final class SourceKey {
        public static final Layout LAYOUT = Layout.of("source_key", be32("prefix", 2), u32("family"));

        private SourceKey() {}
    }

    /** A proxy and a target. */
    public static final class ConnectionKey {
        public static final Layout LAYOUT = Layout.of("connection_key", u32("proxy"), u32("target"));
        public static final Field PROXY = LAYOUT.field("proxy");
        public static final Field TARGET = LAYOUT.field("target");

        private ConnectionKey() {}
    }

    /** Flows of a proxy at a target, on one CPU. */
    public static final class ConnectionCounts {
        public static final Layout LAYOUT = Layout.of("connection_counts", u64("opened"), u64("active"));
        public static final Field OPENED = LAYOUT.field("opened");
        public static final Field ACTIVE = LAYOUT.field("active");

        private ConnectionCounts() {}
    }
}
