package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A netlink socket to the kernel's routing and queueing, in the namespace of the thread that opened it. */
final class RouteSocket implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 0x80003;
    private static final int ANSWER_BYTES = 32_768;

    private static final NativeFunction SOCKET = NativeFunction.libc("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final NativeFunction SEND =
            NativeFunction.libc("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final NativeFunction RECEIVE =
            NativeFunction.libc("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

    private final Descriptor socket =
            new Descriptor((int) SOCKET.checkErrno("opening a netlink socket", AF_NETLINK, SOCK_RAW_CLOEXEC, 0));

    /**
     * Sends a message.
     *
     * @param what for the error, as in "a route"
     * @return the first datagram of the answer
     */
    byte[] ask(String what, byte[] request) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(ANSWER_BYTES, 8);
            MemorySegment.copy(request, 0, buffer, ValueLayout.JAVA_BYTE, 0, request.length);
            SEND.checkErrno("asking for " + what, socket.number(), buffer, (long) request.length, 0);
            long bytes = (long) RECEIVE.checkErrno("reading " + what, socket.number(), buffer, (long) ANSWER_BYTES, 0);
            return buffer.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
