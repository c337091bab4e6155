package io.weir.policy;

/** What keeps a target from its configured weight; when several apply, the earliest is the one that people are told. */
public enum Cause {
    /** The operator took it out; existing connections go on. */
    DRAINED(true, "drained", "drained"),
    /** The operator declared it down. */
    ADMINISTRATIVELY_DOWN(true, "administratively down", "disabled"),
    /** Its host name has no address. */
    UNRESOLVED(true, "unresolved", "unresolved"),
    /** It is link-local to an interface that does not exist. */
    NO_INTERFACE(true, "no interface", "unreachable"),
    CIRCUIT_OPEN(false, "circuit open", "cut off"),
    UNHEALTHY(false, "unhealthy", "unhealthy"),
    HALF_OPEN(false, "circuit half-open", "half-open"),
    RECOVERING(false, "recovering", "recovering");

    private final boolean firm;
    private final String text;
    private final String adjective;

    Cause(boolean firm, String text, String adjective) {
        this.firm = firm;
        this.text = text;
        this.adjective = adjective;
    }

    /** Whether it is known to be out, and stays so when all targets fail; the others are only suspected of failing. */
    boolean isFirm() {
        return firm;
    }

    /** Of this target: "circuit open". */
    public String text() {
        return text;
    }

    /** Of others: "cut off" targets. */
    String adjective() {
        return adjective;
    }
}
