package io.weir.model;

/** The protocols a proxy balances, with their IP protocol numbers. */
public enum Protocol {
    TCP(6),
    UDP(17);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** @throws IllegalArgumentException for any other number */
    public static Protocol ofNumber(int number) {
        return switch (number) {
            case 6 -> TCP;
            case 17 -> UDP;
            default -> throw new IllegalArgumentException("IP protocol " + number + " is neither TCP nor UDP");
        };
    }
}
