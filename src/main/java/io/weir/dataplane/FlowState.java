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
    UDP_ANSWERED
}
