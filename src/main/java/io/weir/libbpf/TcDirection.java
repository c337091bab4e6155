package io.weir.libbpf;

import java.util.Locale;

/** The two sides of TC on an interface. */
public enum TcDirection {
    INGRESS(1),
    EGRESS(2);

    private final int attachPoint;

    TcDirection(int attachPoint) {
        this.attachPoint = attachPoint;
    }

    /** enum bpf_tc_attach_point. */
    int attachPoint() {
        return attachPoint;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
