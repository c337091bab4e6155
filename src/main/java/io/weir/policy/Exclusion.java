package io.weir.policy;

/**
 * Why a target gets no new connection whatever its configured weight.
 *
 * @param cause not one that only lowers a weight
 * @param detail what a person wants to know next ("connection refused"); empty: nothing
 */
public record Exclusion(Cause cause, String detail) {

    public static final Exclusion DRAINED = new Exclusion(Cause.DRAINED, "");
    public static final Exclusion ADMINISTRATIVELY_DOWN = new Exclusion(Cause.ADMINISTRATIVELY_DOWN, "");
    public static final Exclusion UNRESOLVED = new Exclusion(Cause.UNRESOLVED, "");
    public static final Exclusion NO_INTERFACE = new Exclusion(Cause.NO_INTERFACE, "");
    public static final Exclusion CIRCUIT_OPEN = new Exclusion(Cause.CIRCUIT_OPEN, "");

    public Exclusion {
        if (cause == Cause.HALF_OPEN || cause == Cause.RECOVERING) {
            throw new IllegalArgumentException("'" + cause.text() + "' lowers a weight, it excludes nobody");
        }
    }

    /** @param error of the last check; may be empty */
    public static Exclusion unhealthy(String error) {
        return new Exclusion(Cause.UNHEALTHY, error);
    }

    public String text() {
        return detail.isEmpty() ? cause.text() : cause.text() + ": " + detail;
    }
}
