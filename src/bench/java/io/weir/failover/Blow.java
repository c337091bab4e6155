package io.weir.failover;

/** What happens to the node that has the VIPs, so that another one gets them. */
public enum Blow {
    /** Both cables at one moment. */
    CUT("host dies (cables cut)"),
    /** {@code kill -9} of everything that is not the kernel. */
    KILL("kill -9 of all processes"),
    /** SIGSTOP of everything that is not the kernel. */
    FREEZE("SIGSTOP of all processes"),
    /** keepalived is told to hand over. */
    PLANNED("planned switchover"),
    /** The host is gone. */
    POWER_OFF("power off");

    private final String words;

    Blow(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
