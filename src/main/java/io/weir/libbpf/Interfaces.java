package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Interfaces of the calling thread's network namespace, asked by ioctl: /sys/class/net shows the namespace it was mounted
 * in, which need not be ours.
 */
@SuppressWarnings("restricted") // if_nameindex returns an array of unknown length
public final class Interfaces {

    /** Hardware types of linux/if_arp.h whose packets begin with an Ethernet header. */
    public static final int ARPHRD_ETHER = 1;

    public static final int ARPHRD_LOOPBACK = 772;

    private static final int NAME_BYTES = 16;
    private static final int REQUEST_BYTES = 40;
    private static final int SIOCGIFHWADDR = 0x8927;
    private static final int SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_GDRVINFO = 3;
    private static final int DRIVER_INFO_BYTES = 196;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 0x80002;

    private static final NativeFunction TO_INDEX = NativeFunction.libc("if_nametoindex", JAVA_INT, ADDRESS);
    private static final NativeFunction TO_NAME = NativeFunction.libc("if_indextoname", ADDRESS, JAVA_INT, ADDRESS);
    private static final NativeFunction ALL = NativeFunction.libc("if_nameindex", ADDRESS);
    private static final NativeFunction FREE_ALL = NativeFunction.libcVoid("if_freenameindex", ADDRESS);
    private static final NativeFunction SOCKET = NativeFunction.libc("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final NativeFunction IOCTL =
            NativeFunction.libcVariadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);

    private Interfaces() {}

    /** The index of an interface, if there is one of that name. */
    public static OptionalInt index(String name) {
        try (Arena arena = Arena.ofConfined()) {
            long index = TO_INDEX.callErrno(arena.allocateFrom(name));
            return index > 0 ? OptionalInt.of((int) index) : OptionalInt.empty();
        }
    }

    /** The name of an interface, if there is one of that index. */
    public static Optional<String> name(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_BYTES);
            TO_NAME.checkErrno("naming interface " + index, index, name);
            return Optional.of(name.getString(0));
        } catch (BpfException absent) {
            return Optional.empty();
        }
    }

    /** All interfaces: name to index. */
    public static Map<String, Integer> all() {
        MemorySegment all = ((MemorySegment) ALL.checkErrno("listing interfaces")).reinterpret(Long.MAX_VALUE);
        try {
            Map<String, Integer> interfaces = new LinkedHashMap<>();
            // struct if_nameindex { unsigned index; char *name; }, ended by zeros
            for (long at = 0; all.get(JAVA_INT, at) != 0; at += 16) {
                MemorySegment name = all.get(
                        ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(NAME_BYTES, ValueLayout.JAVA_BYTE)),
                        at + 8);
                interfaces.put(name.getString(0), all.get(JAVA_INT, at));
            }
            return interfaces;
        } finally {
            FREE_ALL.run(all);
        }
    }

    /** The hardware type, ARPHRD_* of linux/if_arp.h; empty if the interface is gone. */
    public static OptionalInt hardwareType(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(name, arena);
            long result = ioctl(SIOCGIFHWADDR, request);
            return result < 0 ? OptionalInt.empty() : OptionalInt.of(request.get(JAVA_SHORT, NAME_BYTES) & 0xffff);
        }
    }

    /** The driver as ethtool says it ("virtio_net", "veth", "802.1Q VLAN Support"); empty if it says nothing, as lo. */
    public static Optional<String> driver(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(DRIVER_INFO_BYTES, 8);
            info.set(JAVA_INT, 0, ETHTOOL_GDRVINFO);
            MemorySegment request = request(name, arena);
            request.set(ADDRESS, NAME_BYTES, info);
            return ioctl(SIOCETHTOOL, request) < 0
                    ? Optional.empty()
                    : Optional.of(info.asSlice(4, 32).getString(0));
        }
    }

    private static long ioctl(long code, MemorySegment request) {
        int socket = (int) SOCKET.checkErrno("opening a socket", AF_INET, SOCK_DGRAM_CLOEXEC, 0);
        try {
            return IOCTL.callErrno(socket, code, request);
        } finally {
            Libc.close(socket);
        }
    }

    private static MemorySegment request(String name, Arena arena) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length >= NAME_BYTES) {
            throw new IllegalArgumentException("'" + name + "' is too long for an interface: 15 characters at most");
        }
        MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
        MemorySegment.copy(text, 0, request, ValueLayout.JAVA_BYTE, 0, text.length);
        return request;
    }
}
