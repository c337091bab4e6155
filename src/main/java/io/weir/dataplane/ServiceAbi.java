package io.weir.dataplane;

import static io.weir.dataplane.Field.be16;
import static io.weir.dataplane.Field.be32;
import static io.weir.dataplane.Field.u32;
import static io.weir.dataplane.Field.u8;

/** The structs of {@code bpf/abi.h} that say which group a new connection goes to. */
public final class ServiceAbi {

    public static final int SERVICE_ROUTES = 1;
    public static final int SERVICE_PERSISTENT = 2;
    public static final int SERVICE_PICK_UP = 4;

    public static final int PORT_WORDS = 4096;

    public static final int PORTS_IN_WORD = 16;

    public static final int PORT_BITS = 4;

    private ServiceAbi() {}

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
}
