package io.weir.packet.model;

import static io.weir.packet.Transport.TCP;
import static io.weir.packet.Transport.UDP;

import io.weir.model.IpAddress.Family;
import io.weir.packet.Hook;
import io.weir.packet.Mac;

/** Writes a flow's direction into a packet's bytes. */
final class Translation {

    private final Reading packet;
    private final Hook hook;
    private final Frame frame;
    private final boolean v4;

    Translation(Reading packet, Hook hook) {
        this.packet = packet;
        this.hook = hook;
        this.frame = new Frame(packet.frame.bytes());
        this.v4 = packet.family == Family.V4;
    }

    byte[] bytes() {
        return frame.bytes();
    }

    /** What a router writes. */
    void route(Way way) {
        frame.put(0, way.next().bytes());
        frame.put(6, way.side().mac().bytes());
        int at = packet.network + (v4 ? 8 : 7);
        byte[] before = frame.slice(packet.network + 8, packet.network + 10);
        frame.put8(at, frame.u8(at) - 1);
        if (v4) {
            frame.adjust(packet.network + 10, before, frame.slice(packet.network + 8, packet.network + 10));
        }
    }

    /** One hop less; the kernel writes the MACs. */
    void routeToLink() {
        frame.put(0, Mac.NONE.bytes());
        frame.put(6, Mac.NONE.bytes());
        int at = packet.network + 7;
        frame.put8(at, frame.u8(at) - 1);
    }

    /** The loopback interface takes what is sent to its own MAC. */
    void toLoopback() {
        frame.put(0, Mac.NONE.bytes());
    }

    void translate(Memory.Flow flow) {
        byte[] before = address(packet.network, !flow.reply);
        address(packet.network, !flow.reply, flow);
        if (packet.later) {
            return;
        }
        int port = packet.transport + (flow.reply ? 0 : 2);
        byte[] oldPort = frame.slice(port, port + 2);
        frame.put16(port, flow.port);
        int check = packet.transport + (packet.protocol == TCP ? 16 : 6);
        if (packet.protocol == UDP && frame.u16(check) == 0) {
            return;
        }
        frame.adjust(check, before, flow.address.bytes());
        frame.adjust(check, oldPort, frame.slice(port, port + 2));
        // Zero says "none" in UDP; XDP writes TCP the same way, where both forms mean the same.
        if (frame.u16(check) == 0 && (packet.protocol == UDP || hook == Hook.XDP)) {
            frame.put16(check, 0xffff);
        }
    }

    /** The quote travelled the other way: what the flow writes as destination stands in it as source. */
    void translateError(Quote quote, Memory.Flow flow) {
        int from = packet.transport;
        int checksum = frame.u16(from + 2);
        byte[] message = frame.slice(from, packet.end);
        quoted(quote, flow);
        int fixed = Frame.adjusted(checksum, message, frame.slice(from, packet.end));
        frame.put16(from + 2, fixed);
        if (!flow.reply || packet.source.equals(quote.destination())) {
            byte[] before = address(packet.network, !flow.reply);
            address(packet.network, !flow.reply, flow);
            if (!v4) {
                frame.adjust(from + 2, before, flow.address.bytes());
            }
        }
    }

    private void quoted(Quote quote, Memory.Flow flow) {
        byte[] before = address(quote.network, flow.reply);
        address(quote.network, flow.reply, flow);
        int port = quote.transport + (flow.reply ? 2 : 0);
        byte[] oldPort = frame.slice(port, port + 2);
        frame.put16(port, flow.port);
        int check = quote.transport + (quote.protocol() == TCP ? 16 : 6);
        boolean there = packet.holds(check, 2) && !(quote.protocol() == UDP && frame.u16(check) == 0);
        if (there) {
            frame.adjust(check, before, flow.address.bytes());
            frame.adjust(check, oldPort, frame.slice(port, port + 2));
        }
    }

    private byte[] address(int network, boolean destination) {
        int at = addressAt(network, destination);
        return frame.slice(at, at + packet.family.bits() / 8);
    }

    private void address(int network, boolean destination, Memory.Flow flow) {
        byte[] before = address(network, destination);
        frame.put(addressAt(network, destination), flow.address.bytes());
        if (v4) {
            frame.adjust(network + 10, before, flow.address.bytes());
        }
    }

    private int addressAt(int network, boolean destination) {
        return network + (v4 ? destination ? 16 : 12 : destination ? 24 : 8);
    }
}
