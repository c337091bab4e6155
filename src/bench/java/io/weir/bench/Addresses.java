package io.weir.bench;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Who talks to whom in the benchmarks. A flow's number n is a client: address of client 0 plus n / 2^14, port 1024 plus
 * n modulo 2^14; the BPF side (plan.h) does the same.
 *
 * @param family FAMILY_V4 or FAMILY_V6 of abi.h
 */
record Addresses(int family, byte[] client, byte[] vip, byte[] target) {

    static final int VIP_PORT = 80;
    static final int TARGET_PORT = 8080;
    static final int FIRST_CLIENT_PORT = 1024;
    static final int PORT_BITS = 14;

    static final Addresses V4 = of(4, "10.0.0.0", "192.0.2.1", "172.16.2.2");
    static final Addresses V6 = of(6, "fd10::", "fd30::1", "fd20::2");

    private static Addresses of(int family, String client, String vip, String target) {
        return new Addresses(family, bytes(client), bytes(vip), bytes(target));
    }

    boolean v4() {
        return family == 4;
    }

    /** The last word of client 0's address. */
    int clientWord() {
        return word(client, client.length - 4);
    }

    static int clientWord(int first, int flow) {
        return first + (flow >>> PORT_BITS);
    }

    static int clientPort(int flow) {
        return FIRST_CLIENT_PORT + (flow & ((1 << PORT_BITS) - 1));
    }

    static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }

    static byte[] bytes(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(address, impossible);
        }
    }
}
