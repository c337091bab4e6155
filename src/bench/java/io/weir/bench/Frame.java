package io.weir.bench;

import java.nio.ByteBuffer;

/**
 * An Ethernet frame between flow 0's client and the far side.
 *
 * @param bytes the whole frame
 * @param addressAt offset of the client's address, in IPv6 of its last word
 * @param portAt offset of the client's port
 */
record Frame(byte[] bytes, int addressAt, int portAt) {

    static final int FIN = 1;
    static final int SYN = 2;
    static final int ACK = 16;

    /** What plan.h restores: room for Ethernet, IPv6 and TCP. */
    static final int BYTES = 80;

    private static final int ETHERNET = 14;
    private static final int TCP = 6;
    private static final int UDP = 17;

    /** From the client to the VIP. */
    static Frame toVip(Addresses net, int flags, long sequence, long acknowledgment) {
        return tcp(net, true, net.vip(), Addresses.VIP_PORT, flags, sequence, acknowledgment);
    }

    /** From the target to the client. */
    static Frame fromTarget(Addresses net, int flags, long sequence, long acknowledgment) {
        return tcp(net, false, net.target(), Addresses.TARGET_PORT, flags, sequence, acknowledgment);
    }

    /** A TCP segment of {@link #BYTES} between client 0 and another endpoint. */
    static Frame tcp(
            Addresses net, boolean toOther, byte[] other, int otherPort, int flags, long sequence, long acknowledgment) {
        ByteBuffer frame = ByteBuffer.allocate(BYTES);
        int header = header(frame, net, toOther, other, TCP);
        frame.putShort((short) (toOther ? Addresses.FIRST_CLIENT_PORT : otherPort))
                .putShort((short) (toOther ? otherPort : Addresses.FIRST_CLIENT_PORT))
                .putInt((int) sequence)
                .putInt((int) acknowledgment)
                .put((byte) 0x50)
                .put((byte) flags)
                .putShort((short) 512);
        frame.putShort(header + 16, transportChecksum(frame, net, header, TCP));
        return placed(frame, net, toOther, header);
    }

    /** A UDP datagram from client 0 to the VIP, without a checksum in IPv4. */
    static Frame udp(Addresses net, boolean toOther, byte[] other, int otherPort, int bytes) {
        ByteBuffer frame = ByteBuffer.allocate(bytes);
        int header = header(frame, net, toOther, other, UDP);
        frame.putShort((short) (toOther ? Addresses.FIRST_CLIENT_PORT : otherPort))
                .putShort((short) (toOther ? otherPort : Addresses.FIRST_CLIENT_PORT))
                .putShort((short) (bytes - header));
        if (!net.v4()) {
            frame.putShort(header + 6, transportChecksum(frame, net, header, UDP));
        }
        return placed(frame, net, toOther, header);
    }

    Frame withMacs(byte[] destination, byte[] source) {
        byte[] changed = bytes.clone();
        System.arraycopy(destination, 0, changed, 0, 6);
        System.arraycopy(source, 0, changed, 6, 6);
        return new Frame(changed, addressAt, portAt);
    }

    private static Frame placed(ByteBuffer frame, Addresses net, boolean toOther, int header) {
        int address = net.v4() ? (toOther ? 26 : 30) : (toOther ? 34 : 50);
        return new Frame(frame.array(), address, toOther ? header : header + 2);
    }

    /** Writes Ethernet and IP; the offset of what follows. */
    private static int header(ByteBuffer frame, Addresses net, boolean toOther, byte[] other, int protocol) {
        byte[] source = toOther ? net.client() : other;
        byte[] destination = toOther ? other : net.client();
        frame.position(12).putShort((short) (net.v4() ? 0x0800 : 0x86dd));
        if (net.v4()) {
            frame.put((byte) 0x45).put((byte) 0).putShort((short) (frame.capacity() - ETHERNET));
            frame.putInt(0).put((byte) 64).put((byte) protocol).putShort((short) 0).put(source).put(destination);
            frame.putShort(ETHERNET + 10, fold(sum(frame, ETHERNET, ETHERNET + 20)));
        } else {
            frame.putInt(0x60000000).putShort((short) (frame.capacity() - ETHERNET - 40));
            frame.put((byte) protocol).put((byte) 64).put(source).put(destination);
        }
        return frame.position();
    }

    private static short transportChecksum(ByteBuffer frame, Addresses net, int header, int protocol) {
        int addresses = net.v4() ? header - 8 : header - 32;
        long sum = sum(frame, addresses, frame.capacity()) + protocol + frame.capacity() - header;
        short checksum = fold(sum);
        return protocol == UDP && checksum == 0 ? (short) 0xffff : checksum;
    }

    private static long sum(ByteBuffer frame, int from, int to) {
        long sum = 0;
        for (int at = from; at < to; at += 2) {
            sum += at + 1 < to ? frame.getShort(at) & 0xffff : (frame.get(at) & 0xff) << 8;
        }
        return sum;
    }

    private static short fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (short) ~folded;
    }
}
