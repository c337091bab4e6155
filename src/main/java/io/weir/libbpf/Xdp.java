package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;

/** What XDP program an interface has. */
public final class Xdp {

    // struct bpf_xdp_query_opts
    private static final int OPTIONS_BYTES = 32;
    private static final int PROGRAM_ID = 8;
    private static final int DRIVER_PROGRAM_ID = 12;
    private static final int HARDWARE_PROGRAM_ID = 16;
    private static final int GENERIC_PROGRAM_ID = 20;
    private static final int ATTACH_MODE = 24;

    private static final NativeFunction QUERY = NativeFunction.libbpfInt("bpf_xdp_query", JAVA_INT, JAVA_INT, ADDRESS);

    private Xdp() {}

    /** Where in the receive path the program runs. */
    public enum Mode {
        NATIVE(4),
        GENERIC(2);

        private final int flag;

        Mode(int flag) {
            this.flag = flag;
        }

        /** XDP_FLAGS_* of linux/if_link.h. */
        int flag() {
            return flag;
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param programId of the program that runs
     * @param mode how it runs; offloaded counts as native
     */
    public record Attached(int programId, Mode mode) {}

    /** The program on an interface, whoever attached it. */
    public static Optional<Attached> query(int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = arena.allocate(OPTIONS_BYTES, 8);
            options.set(JAVA_LONG, 0, OPTIONS_BYTES);
            QUERY.check("asking for XDP on interface " + interfaceIndex, interfaceIndex, 0, options);
            int mode = options.get(JAVA_BYTE, ATTACH_MODE);
            return switch (mode) {
                case 0 -> Optional.empty();
                case 2 -> Optional.of(new Attached(first(options, GENERIC_PROGRAM_ID), Mode.GENERIC));
                case 3 -> Optional.of(new Attached(first(options, HARDWARE_PROGRAM_ID), Mode.NATIVE));
                default -> Optional.of(new Attached(first(options, DRIVER_PROGRAM_ID), Mode.NATIVE));
            };
        }
    }

    private static int first(MemorySegment options, int offset) {
        int specific = options.get(JAVA_INT, offset);
        return specific != 0 ? specific : options.get(JAVA_INT, PROGRAM_ID);
    }
}
