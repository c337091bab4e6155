package io.weir.libbpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * One function of libbpf or libc. Calls go through boxed arguments, which costs about a microsecond: right for what
 * happens now and then. The few hot functions take {@link #handle} and {@code invokeExact}.
 */
@SuppressWarnings("restricted") // native access is what this room is for
final class NativeFunction {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final String name;
    private final MethodHandle handle;
    private final boolean capturesErrno;

    private NativeFunction(String name, MethodHandle handle, boolean capturesErrno) {
        this.name = name;
        this.handle = handle;
        this.capturesErrno = capturesErrno;
    }

    /** A function that returns an int: 0 or more, or -errno. */
    static NativeFunction libbpfInt(String name, MemoryLayout... arguments) {
        return new NativeFunction(name, hot(name, arguments), false);
    }

    /** A function that returns a pointer, or NULL and sets errno. */
    static NativeFunction libbpfPointer(String name, MemoryLayout... arguments) {
        return capturing(Libbpf.SYMBOLS, name, FunctionDescriptor.of(ValueLayout.ADDRESS, arguments));
    }

    /** A function without result. */
    static NativeFunction libbpfVoid(String name, MemoryLayout... arguments) {
        MethodHandle handle =
                LINKER.downcallHandle(address(Libbpf.SYMBOLS, name), FunctionDescriptor.ofVoid(arguments));
        return new NativeFunction(name, handle, false);
    }

    /** A libc function without result. */
    static NativeFunction libcVoid(String name, MemoryLayout... arguments) {
        SymbolLookup symbols = LINKER.defaultLookup();
        return new NativeFunction(
                name, LINKER.downcallHandle(address(symbols, name), FunctionDescriptor.ofVoid(arguments)), false);
    }

    /** A libc function that returns -1 and sets errno when it fails. */
    static NativeFunction libc(String name, MemoryLayout result, MemoryLayout... arguments) {
        return capturing(LINKER.defaultLookup(), name, FunctionDescriptor.of(result, arguments));
    }

    /** A libc function whose arguments from the index on are variadic. */
    static NativeFunction libcVariadic(String name, int firstVariadic, MemoryLayout result, MemoryLayout... arguments) {
        MethodHandle handle = LINKER.downcallHandle(
                address(LINKER.defaultLookup(), name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadic));
        return new NativeFunction(name, handle, true);
    }

    /** The bare handle of a libbpf function that returns an int, for {@code invokeExact}. */
    static MethodHandle hot(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                address(Libbpf.SYMBOLS, name), FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    /** Calls a libbpf function: 0 or more, or -errno. */
    int call(Object... arguments) {
        return (int) invoke(arguments);
    }

    /** Calls a function without result. */
    void run(Object... arguments) {
        invoke(arguments);
    }

    /** Calls a libbpf function that must succeed. */
    int check(String operation, Object... arguments) {
        Libbpf.Log log = Libbpf.Log.start();
        int result = call(arguments);
        String said = log.stop();
        if (result < 0) {
            throw new BpfException(operation, result, said);
        }
        return result;
    }

    /** Calls a function that captures errno; fails on NULL or a negative result. */
    Object checkErrno(String operation, Object... arguments) {
        Libbpf.Log log = Libbpf.Log.start();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            Object result = invokeCapturing(state, arguments);
            String said = log.stop();
            if (isFailure(result)) {
                throw new BpfException(operation, (int) ERRNO.get(state, 0L), said);
            }
            return result;
        }
    }

    /** Calls a libc function: its result, or -errno. */
    long callErrno(Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = ((Number) invokeCapturing(state, arguments)).longValue();
            return result < 0 ? -(int) ERRNO.get(state, 0L) : result;
        }
    }

    private Object invokeCapturing(MemorySegment state, Object[] arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = state;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return invoke(all);
    }

    private Object invoke(Object[] arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable t) {
            throw failed(name, t);
        }
    }

    /** A downcall itself never throws: what comes out here is a mistake in its description. */
    static RuntimeException failed(String name, Throwable cause) {
        return new IllegalStateException("calling " + name, cause);
    }

    private static boolean isFailure(Object result) {
        return switch (result) {
            case MemorySegment pointer -> pointer.address() == 0 || pointer.address() == -1;
            case Integer number -> number < 0;
            case Long number -> number < 0;
            default -> false;
        };
    }

    private static NativeFunction capturing(SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
        MethodHandle handle =
                LINKER.downcallHandle(address(symbols, name), descriptor, Linker.Option.captureCallState("errno"));
        return new NativeFunction(name, handle, true);
    }

    private static MemorySegment address(SymbolLookup symbols, String name) {
        return symbols.find(name).orElseThrow(() -> new BpfException("finding " + name + " in libbpf or libc", 38));
    }

    @Override
    public String toString() {
        return name + (capturesErrno ? " (errno)" : "");
    }
}
