package io.weir.dataplane;

import static io.weir.dataplane.Field.be16;
import static io.weir.dataplane.Field.be32;
import static io.weir.dataplane.Field.u32;
import static io.weir.dataplane.Field.u64;
import static io.weir.dataplane.Field.u8;

import java.lang.foreign.MemorySegment;

/** The structs of {@code bpf/abi.h} for flows that peers carry. */
public final class ShadowAbi {

    public static final int SHADOW_OWNERS = 256;

    public static final int SHADOW_NOTHING = 0;
    public static final int SHADOW_PUT = 1;
    public static final int SHADOW_REMOVE = 2;
    public static final int SHADOW_CLAIM = 3;
    public static final int SHADOW_TIDY = 4;
    public static final int SHADOW_TURN = 5;

    public static final int SHADOW_ABSENT = 0;
    public static final int SHADOW_DONE = 1;
    public static final int SHADOW_KEPT = 2;
    public static final int SHADOW_REFUSED = 3;
    public static final int SHADOW_UNKNOWN = 4;
    public static final int SHADOW_OUTDATED = 5;

    private ShadowAbi() {}

    /** Where the shadow of an IPv4 flow stands. */
    public static final class ShadowKey4 {
        public static final Layout LAYOUT =
                Layout.of("shadow_key4", be32("client"), be16("client_port"), u8("protocol"), u8("ordinal"));
        public static final Field CLIENT = LAYOUT.field("client");
        public static final Field CLIENT_PORT = LAYOUT.field("client_port");
        public static final Field PROTOCOL = LAYOUT.field("protocol");
        public static final Field ORDINAL = LAYOUT.field("ordinal");

        private ShadowKey4() {}
    }

    /** Where the shadow of an IPv6 flow stands. */
    public static final class ShadowKey6 {
        public static final Layout LAYOUT =
                Layout.of("shadow_key6", be32("client", 4), be16("client_port"), u8("protocol"), u8("ordinal"));
        public static final Field CLIENT = LAYOUT.field("client");
        public static final Field CLIENT_PORT = LAYOUT.field("client_port");
        public static final Field PROTOCOL = LAYOUT.field("protocol");
        public static final Field ORDINAL = LAYOUT.field("ordinal");

        private ShadowKey6() {}
    }

    /** A flow that a peer carries. */
    public static final class Shadow {
        public static final Layout LAYOUT = Layout.of(
                "shadow",
                be32("vip", 4),
                be32("target", 4),
                be16("vip_port"),
                be16("target_port"),
                u32("created"),
                u8("owner"),
                u8("proxy", 3),
                u32("heard"));
        public static final Field VIP = LAYOUT.field("vip");
        public static final Field TARGET = LAYOUT.field("target");
        public static final Field VIP_PORT = LAYOUT.field("vip_port");
        public static final Field TARGET_PORT = LAYOUT.field("target_port");
        public static final Field CREATED = LAYOUT.field("created");
        public static final Field OWNER = LAYOUT.field("owner");
        public static final Field HEARD = LAYOUT.field("heard");

        private static final Field PROXY = LAYOUT.field("proxy");

        private Shadow() {}

        /** This node's number of the listener. */
        public static int proxy(MemorySegment shadow) {
            return low24(PROXY, shadow);
        }
    }

    /** Whose shadows a number marks. */
    public static final class ShadowOwner {
        public static final Layout LAYOUT = Layout.of("shadow_owner", u64("table"), u8("name", 64));
        public static final Field TABLE = LAYOUT.field("table");
        public static final Field NAME = LAYOUT.field("name");

        private ShadowOwner() {}
    }

    /** Counts over all shadows. */
    public static final class ShadowState {
        public static final Layout LAYOUT = Layout.of(
                "shadow_state", u64("all"), u64("voids"), u64("owned", SHADOW_OWNERS), u32("jiffies"), u32("pad"));
        public static final Field ALL = LAYOUT.field("all");
        public static final Field VOIDS = LAYOUT.field("voids");
        public static final Field OWNED = LAYOUT.field("owned");
        public static final Field JIFFIES = LAYOUT.field("jiffies");

        private ShadowState() {}
    }

    /** What is to be done about one shadow, and what came of it. */
    public static final class ShadowRecord {
        public static final Layout LAYOUT = Layout.of(
                "shadow_record",
                be32("client", 4),
                be32("vip", 4),
                be32("target", 4),
                be16("client_port"),
                be16("vip_port"),
                be16("target_port"),
                u8("protocol"),
                u8("family"),
                u32("age"),
                u32("idle"),
                u8("owner"),
                u8("proxy", 3),
                u8("work"),
                u8("result"),
                u8("heir"),
                u8("pad"));
        public static final Field CLIENT = LAYOUT.field("client");
        public static final Field VIP = LAYOUT.field("vip");
        public static final Field TARGET = LAYOUT.field("target");
        public static final Field CLIENT_PORT = LAYOUT.field("client_port");
        public static final Field VIP_PORT = LAYOUT.field("vip_port");
        public static final Field TARGET_PORT = LAYOUT.field("target_port");
        public static final Field PROTOCOL = LAYOUT.field("protocol");
        public static final Field FAMILY = LAYOUT.field("family");
        public static final Field AGE = LAYOUT.field("age");
        public static final Field IDLE = LAYOUT.field("idle");
        public static final Field OWNER = LAYOUT.field("owner");
        public static final Field WORK = LAYOUT.field("work");
        public static final Field RESULT = LAYOUT.field("result");
        public static final Field HEIR = LAYOUT.field("heir");

        private static final Field PROXY = LAYOUT.field("proxy");

        private ShadowRecord() {}

        public static void proxy(MemorySegment record, int number) {
            PROXY.set(record, 0, number);
            PROXY.set(record, 1, number >>> 8);
            PROXY.set(record, 2, number >>> 16);
        }
    }

    private static int low24(Field field, MemorySegment struct) {
        return (int) (field.get(struct, 0) | field.get(struct, 1) << 8 | field.get(struct, 2) << 16);
    }
}
