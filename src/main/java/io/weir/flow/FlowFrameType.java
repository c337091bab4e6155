package io.weir.flow;

/** The second byte of a frame. Numbers are never given anew. */
enum FlowFrameType {
    HELLO(1),
    BEGIN(2),
    CHANGES(3),
    END(4),
    SUM(5),
    BUCKET_SUMS(6),
    SILENCE(7),
    ACK(16),
    DIFFER(17),
    ASK(18),
    AGAIN(19);

    private final int number;

    FlowFrameType(int number) {
        this.number = number;
    }

    byte number() {
        return (byte) number;
    }

    static FlowFrameType ofNumber(int number) {
        for (FlowFrameType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new MalformedFlowFrameException("no frame is of type " + number);
    }
}
