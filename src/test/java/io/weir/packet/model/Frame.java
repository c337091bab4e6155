package io.weir.packet.model;

import io.weir.model.IpAddress;
import io.weir.packet.Checksum;
import java.util.Arrays;

/** Bytes with big-endian numbers in them. */
final class Frame {

    private final byte[] bytes;

    Frame(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    byte[] bytes() {
        return bytes.clone();
    }

    int length() {
        return bytes.length;
    }

    int u8(int at) {
        return bytes[at] & 255;
    }

    int u16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    int u32(int at) {
        return u16(at) << 16 | u16(at + 2);
    }

    IpAddress address(int at, IpAddress.Family family) {
        return IpAddress.ofBytes(slice(at, at + family.bits() / 8));
    }

    byte[] slice(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    void put8(int at, int value) {
        bytes[at] = (byte) value;
    }

    void put16(int at, int value) {
        put8(at, value >>> 8);
        put8(at + 1, value);
    }

    void put(int at, byte[] value) {
        System.arraycopy(value, 0, bytes, at, value.length);
    }

    /** Corrects the checksum at a place for bytes that were replaced elsewhere (RFC 1624, equation 3). */
    void adjust(int at, byte[] before, byte[] after) {
        put16(at, adjusted(u16(at), before, after));
    }

    static int adjusted(int checksum, byte[] before, byte[] after) {
        byte[] complement = before.clone();
        for (int i = 0; i < complement.length; i++) {
            complement[i] = (byte) ~complement[i];
        }
        // An odd last byte is followed by a zero, whose complement is not zero.
        int padding = before.length % 2 == 0 ? 0 : 0xff;
        return new Checksum()
                .add(~checksum & 0xffff)
                .add(complement)
                .add(padding)
                .add(after)
                .value();
    }
}
