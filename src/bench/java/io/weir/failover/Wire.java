package io.weir.failover;

import java.nio.ByteBuffer;

/** What the client and the server of the drill say to each other. */
final class Wire {

    static final int REQUEST = 64;
    static final int RESPONSE = 256;
    static final int PUSH = 200;

    /** Between two requests of a busy connection, and between what a server pushes. */
    static final int BEAT_MILLIS = 200;

    /** Begins a connection: what is wanted of it, and its number. */
    static final int HELLO = 16;

    private static final int MAGIC = 0x77656972;

    private Wire() {}

    static ByteBuffer hello(boolean push, long stream) {
        return ByteBuffer.allocate(HELLO)
                .putInt(MAGIC)
                .putInt(push ? 1 : 0)
                .putLong(stream)
                .flip();
    }

    static boolean isHello(ByteBuffer hello) {
        return hello.getInt(0) == MAGIC;
    }

    static boolean isPush(ByteBuffer hello) {
        return hello.getInt(4) == 1;
    }

    static long stream(ByteBuffer hello) {
        return hello.getLong(8);
    }
}
