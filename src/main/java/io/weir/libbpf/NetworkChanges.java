package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Tells when links, addresses, routes or neighbours change, by a netlink socket in the namespace of the thread that opened
 * it. One thread waits; any may close.
 */
public final class NetworkChanges implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 0x80003;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int RECEIVE_BYTES = 1 << 20;
    private static final int MSG_DONTWAIT = 0x40;

    /** RTMGRP_LINK, NEIGH, IPV4_IFADDR, IPV4_ROUTE, IPV6_IFADDR, IPV6_ROUTE. */
    private static final int GROUPS = 0x1 | 0x4 | 0x10 | 0x40 | 0x100 | 0x400;

    private static final NativeFunction SOCKET = NativeFunction.libc("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final NativeFunction BIND = NativeFunction.libc("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final NativeFunction OPTION =
            NativeFunction.libc("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final NativeFunction RECEIVE =
            NativeFunction.libc("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

    private final Descriptor socket;
    private final Waiting waiting;
    private final Neighbours neighbours = new Neighbours();

    public NetworkChanges() {
        this.socket = listening();
        this.waiting = new Waiting(socket);
    }

    private static Descriptor listening() {
        Descriptor socket = new Descriptor(
                (int) SOCKET.checkErrno("opening a netlink socket", AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE));
        try (Arena arena = Arena.ofConfined()) {
            OPTION.callErrno(socket.number(), SOL_SOCKET, SO_RCVBUF, arena.allocateFrom(JAVA_INT, RECEIVE_BYTES), 4);
            MemorySegment address = arena.allocate(12, 4);
            address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
            address.set(JAVA_INT, 8, GROUPS);
            BIND.checkErrno("listening for network changes", socket.number(), address, 12);
            return socket;
        } catch (RuntimeException refused) {
            socket.close();
            throw refused;
        }
    }

    /**
     * Waits for the next change that matters to a cached next hop. Neighbours merely growing old or being confirmed are none.
     *
     * @return false once closed
     */
    public boolean await() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(65536, 8);
            while (waiting.forInput()) {
                if (drain(buffer)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Ends the waiting. */
    @Override
    public void close() {
        waiting.end();
    }

    /** Called by the waiting thread when it waits no more. */
    public void release() {
        waiting.release();
    }

    private boolean drain(MemorySegment buffer) {
        boolean changed = false;
        while (true) {
            long bytes = RECEIVE.callErrno(socket.number(), buffer, buffer.byteSize(), MSG_DONTWAIT);
            if (bytes == -Errno.ENOBUFS) {
                // More changed than the kernel kept for us.
                changed = true;
            } else if (bytes <= 0) {
                return changed;
            } else {
                changed |= neighbours.matters(buffer.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }
}
