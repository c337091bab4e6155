package io.weir.failover;

import java.util.Collection;
import java.util.List;

/** Why keepalived moved the VIPs, by what it says with {@code --log-detail}: the first that any of its words speak for. */
public enum MoveCause {
    /** The kernel said that an interface is down. */
    INTERFACE("an interface went down", "Netlink reports"),
    SCRIPT("weir-ready said no", "VRRP_Script(weir_ready) failed", "now returning 1"),
    FAULT("a node was at fault", "Entering FAULT STATE", "entering FAULT state"),
    GOODBYE("a node handed over", "received priority 0"),
    ADVERTS("adverts were not heard in time", "Receive advertisement timeout"),
    PRIORITY("a node gave way to one of higher priority", "higher priority"),
    UNKNOWN("keepalived does not say why");

    private final String words;
    private final List<String> signs;

    MoveCause(String words, String... signs) {
        this.words = words;
        this.signs = List.of(signs);
    }

    /** @param said by all nodes around that time */
    static MoveCause of(Collection<String> said) {
        for (MoveCause cause : values()) {
            if (said.stream().anyMatch(line -> cause.signs.stream().anyMatch(line::contains))) {
                return cause;
            }
        }
        return UNKNOWN;
    }

    public String words() {
        return words;
    }
}
