package io.weir.dataplane;

/** {@code enum flow_state}; the order is that of {@code abi.h}. */
public enum FlowState {
    NONE,
    SYN_SENT,
    SYN_RECEIVED,
    PICKED_UP,
    UDP_NEW,
    ESTABLISHED,
    CLOSING,
    REPLACED,
    UDP_ANSWERED,
    PICKED_UP_FIN,
    SHADOWED;

    /** Whether an entry of the main table is only there until it is removed, or another one stands in its place. */
    static boolean isGone(int state) {
        return state == REPLACED.ordinal() || state == NONE.ordinal();
    }
}
