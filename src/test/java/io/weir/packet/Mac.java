package io.weir.packet;

/** An Ethernet address, its 48 bits. */
public record Mac(long bits) {

    public static final Mac NONE = new Mac(0);

    public byte[] bytes() {
        byte[] bytes = new byte[6];
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (bits >>> 8 * (5 - i));
        }
        return bytes;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (byte octet : bytes()) {
            text.append(text.isEmpty() ? "" : ":").append(String.format("%02x", octet));
        }
        return text.toString();
    }
}
