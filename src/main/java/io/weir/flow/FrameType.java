package io.weir.flow;

/** The second byte of a frame. Numbers are never given anew. */
enum FrameType {
    HELLO(1),
    BEGIN(2),
    CHANGES(3),
    END(4),
    SUM(5),
    BUCKET_SUMS(6),
    ACK(16),
    DIFFER(17),
    ASK(18),
    AGAIN(19);

    private final int number;

    FrameType(int number) {
        this.number = number;
    }

    byte number() {
        return (byte) number;
    }

    static FrameType ofNumber(int number) {
        for (FrameType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new MalformedFrameException("no frame is of type " + number);
    }
}
