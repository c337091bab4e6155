package io.weir.engine;

import io.weir.model.Protocol;
import java.util.Set;

/** The bits of {@code enum port_bit} in {@code bpf/abi.h}. */
final class Ports {

    static final int LISTENER_TCP = 1;
    static final int LISTENER_UDP = 2;
    static final int TARGET_TCP = 4;
    static final int TARGET_UDP = 8;
    static final int LISTENER = LISTENER_TCP | LISTENER_UDP;
    static final int TARGET = TARGET_TCP | TARGET_UDP;

    private Ports() {}

    static int listener(Set<Protocol> protocols) {
        return (protocols.contains(Protocol.TCP) ? LISTENER_TCP : 0)
                | (protocols.contains(Protocol.UDP) ? LISTENER_UDP : 0);
    }

    static int target(Set<Protocol> protocols) {
        return (protocols.contains(Protocol.TCP) ? TARGET_TCP : 0)
                | (protocols.contains(Protocol.UDP) ? TARGET_UDP : 0);
    }
}
