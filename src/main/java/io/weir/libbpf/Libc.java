package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The libc calls beside libbpf, with the constants they need (the same on x86-64 and arm64). */
@SuppressWarnings("restricted") // mmap gives an address, which only becomes memory by reinterpreting it
final class Libc {

    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;

    private static final int MAP_SHARED = 1;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int SC_PAGESIZE = 30;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 0x80002;
    private static final int SOL_SOCKET = 1;
    private static final int SO_NETNS_COOKIE = 71;

    private static final NativeFunction CLOSE = NativeFunction.libc("close", JAVA_INT, JAVA_INT);
    private static final NativeFunction OPEN = NativeFunction.libcVariadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT);
    private static final NativeFunction FCNTL =
            NativeFunction.libcVariadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final NativeFunction MMAP =
            NativeFunction.libc("mmap", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final NativeFunction MUNMAP = NativeFunction.libc("munmap", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final NativeFunction SYSCONF = NativeFunction.libc("sysconf", JAVA_LONG, JAVA_INT);
    private static final NativeFunction SETNS = NativeFunction.libc("setns", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final NativeFunction SOCKET = NativeFunction.libc("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final NativeFunction SOCKET_OPTION =
            NativeFunction.libc("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final NativeFunction STATFS = NativeFunction.libc("statfs", JAVA_INT, ADDRESS, ADDRESS);
    private static final NativeFunction MALLOC = NativeFunction.libc("malloc", ADDRESS, JAVA_LONG);
    private static final NativeFunction FREE = NativeFunction.libcVoid("free", ADDRESS);

    private Libc() {}

    static void close(int descriptor) {
        CLOSE.callErrno(descriptor);
    }

    static int open(String path) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) OPEN.checkErrno("opening " + path, arena.allocateFrom(path), O_RDONLY_CLOEXEC);
        }
    }

    static int duplicate(int descriptor) {
        return (int) FCNTL.checkErrno("duplicating a descriptor", descriptor, F_DUPFD_CLOEXEC, 0);
    }

    static long pageSize() {
        return SYSCONF.callErrno(SC_PAGESIZE);
    }

    /** Shared memory of a descriptor; unmapped when the arena closes. */
    static MemorySegment map(String operation, int descriptor, long offset, long bytes, int protection, Arena arena) {
        MemorySegment address = (MemorySegment)
                MMAP.checkErrno(operation, MemorySegment.NULL, bytes, protection, MAP_SHARED, descriptor, offset);
        return address.reinterpret(bytes, arena, mapped -> MUNMAP.callErrno(mapped, bytes));
    }

    /** Memory that is not touched until it is used; freed when the arena closes. */
    static MemorySegment allocate(long bytes, Arena arena) {
        MemorySegment address = (MemorySegment) MALLOC.checkErrno("allocating " + bytes + " bytes", bytes);
        return address.reinterpret(bytes, arena, FREE::run);
    }

    /** Moves the calling thread. */
    static void enterNetworkNamespace(String path) {
        int descriptor = open(path);
        try {
            SETNS.checkErrno("entering the network namespace " + path, descriptor, 0x40000000);
        } finally {
            close(descriptor);
        }
    }

    /** SO_NETNS_COOKIE of the calling thread's namespace, from kernel 5.14 on. */
    static long networkNamespaceCookie() {
        int descriptor = (int) SOCKET.checkErrno("opening a socket", AF_INET, SOCK_DGRAM_CLOEXEC, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cookie = arena.allocate(JAVA_LONG);
            SOCKET_OPTION.checkErrno(
                    "asking for the network namespace",
                    descriptor,
                    SOL_SOCKET,
                    SO_NETNS_COOKIE,
                    cookie,
                    arena.allocateFrom(JAVA_INT, Long.BYTES));
            return cookie.get(JAVA_LONG, 0);
        } finally {
            close(descriptor);
        }
    }

    /** The magic number of the file system at a path, or -errno. */
    static long fileSystem(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(256, 8);
            long error = STATFS.callErrno(arena.allocateFrom(path), result);
            return error < 0 ? error : result.get(JAVA_LONG, 0);
        }
    }
}
