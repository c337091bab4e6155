package io.weir.cluster.link;

/**
 * What goes over a link at once. On the wire it is its length (4 bytes) and, sealed, its type (1 byte), its content and a
 * tag (16 bytes).
 */
record SealedFrame(Type type, byte[] content) {

    private static final byte[] NOTHING = new byte[0];

    enum Type {
        /** Says who the sender is: the first frame of each direction. */
        IDENTITY,
        /** Something for the room that the link serves. */
        DATA,
        /** Asks for an {@link #ANSWER}: all before it has arrived then. */
        ASK,
        ANSWER
    }

    static SealedFrame ask() {
        return new SealedFrame(Type.ASK, NOTHING);
    }

    static SealedFrame answer() {
        return new SealedFrame(Type.ANSWER, NOTHING);
    }

    static SealedFrame data(byte[] content) {
        return new SealedFrame(Type.DATA, content);
    }

    static SealedFrame read(byte[] bytes, int length) throws RefusedLinkException {
        Type[] types = Type.values();
        if (length == 0 || bytes[0] < 0 || bytes[0] >= types.length) {
            throw new RefusedLinkException(LinkRefusal.MALFORMED);
        }
        byte[] content = new byte[length - 1];
        System.arraycopy(bytes, 1, content, 0, content.length);
        return new SealedFrame(types[bytes[0]], content);
    }
}
