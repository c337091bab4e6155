package io.weir.libbpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** The library itself: found once, its log caught so that errors can carry it and nothing is printed. */
@SuppressWarnings("restricted") // native access is what this room is for
final class Libbpf {

    private static final String LIBRARY = "libbpf.so.1";

    static final SymbolLookup SYMBOLS = find();

    /** The library says one line at a time, rarely a whole verifier log. */
    private static final int LINE_BYTES = 1 << 20;

    private static final int LEVEL_INFO = 1;

    private static final ThreadLocal<StringBuilder> SAID = new ThreadLocal<>();
    private static final MethodHandle FORMAT = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("vsnprintf"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS));

    static {
        catchLog();
    }

    private Libbpf() {}

    private static SymbolLookup find() {
        try {
            return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        } catch (IllegalArgumentException missing) {
            throw new BpfException(
                    "loading " + LIBRARY + " (install the package libbpf1)", 0, String.valueOf(missing.getMessage()));
        }
    }

    private static void catchLog() {
        try {
            MethodHandle print = MethodHandles.lookup()
                    .findStatic(
                            Libbpf.class,
                            "print",
                            MethodType.methodType(int.class, int.class, MemorySegment.class, MemorySegment.class));
            // A va_list goes as a pointer on x86-64 (an array) and on arm64 (a structure above 16 bytes).
            MemorySegment callback = Linker.nativeLinker()
                    .upcallStub(
                            print,
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.ADDRESS),
                            Arena.global());
            Linker.nativeLinker()
                    .downcallHandle(
                            SYMBOLS.findOrThrow("libbpf_set_print"),
                            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                    .invokeWithArguments(callback);
        } catch (Throwable t) {
            throw NativeFunction.failed("libbpf_set_print", t);
        }
    }

    /** Called by libbpf; an exception here would end the process. */
    private static int print(int level, MemorySegment format, MemorySegment arguments) {
        StringBuilder said = SAID.get();
        if (said == null || level > LEVEL_INFO) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment line = arena.allocate(LINE_BYTES);
            int length = (int) FORMAT.invokeExact(line, (long) LINE_BYTES, format, arguments);
            if (length > 0) {
                said.append(line.getString(0));
            }
            return length;
        } catch (Throwable t) {
            return 0;
        }
    }

    /** What libbpf says on this thread between start and stop. */
    static final class Log {

        private final StringBuilder outer = SAID.get();
        private final StringBuilder said = new StringBuilder();

        static Log start() {
            Log log = new Log();
            SAID.set(log.said);
            return log;
        }

        String stop() {
            if (outer == null) {
                SAID.remove();
            } else {
                SAID.set(outer);
            }
            return said.toString();
        }
    }
}
