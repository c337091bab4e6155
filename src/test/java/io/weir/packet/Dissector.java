package io.weir.packet;

import io.weir.model.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a frame from its bytes alone and recomputes every checksum in it: IP, TCP, UDP, ICMP, and what a quote holds whole. It
 * shares nothing with {@link Packet}, which writes frames, but the arithmetic.
 */
public final class Dissector {

    private final byte[] frame;
    private final List<String> lines = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    private Dissector(byte[] frame) {
        this.frame = frame;
    }

    /** The checksums of a frame that are not right, each named; empty if all are. */
    public static List<String> wrongChecksums(byte[] frame) {
        return dissect(frame).wrong;
    }

    /** A line for each header. */
    public static String text(byte[] frame) {
        Dissector dissector = dissect(frame);
        return String.join("\n", dissector.lines) + (dissector.wrong.isEmpty() ? "" : "\n" + dissector.wrong);
    }

    private static Dissector dissect(byte[] frame) {
        Dissector dissector = new Dissector(frame);
        try {
            dissector.ethernet();
        } catch (IndexOutOfBoundsException truncated) {
            dissector.lines.add("ends here");
        }
        return dissector;
    }

    private void ethernet() {
        lines.add("ethernet to " + mac(0) + " from " + mac(6));
        int at = 12;
        while (u16(at) == 0x8100 || u16(at) == 0x88a8) {
            lines.add("vlan " + (u16(at + 2) & 0xfff));
            at += 4;
        }
        int type = u16(at);
        if (type == 0x0800) {
            ipv4(at + 2, frame.length, "");
        } else if (type == 0x86dd) {
            ipv6(at + 2, frame.length, "");
        } else {
            lines.add("type " + Integer.toHexString(type));
        }
    }

    /** @param inside "" or where this is quoted; a quote may end early */
    private void ipv4(int at, int end, String inside) {
        int header = (u8(at) & 15) * 4;
        int total = u16(at + 2);
        int offset = (u16(at + 6) & 0x1fff) * 8;
        boolean more = (u16(at + 6) & 0x2000) != 0;
        IpAddress source = address(at + 12, 4);
        IpAddress destination = address(at + 16, 4);
        lines.add(inside + "ipv4 " + source + " > " + destination + " hops " + u8(at + 8) + " id " + u16(at + 4)
                + " bytes " + total + (header > 20 ? " options" : "")
                + (offset > 0 || more ? " piece at " + offset : ""));
        if (at + header <= end && !new Checksum().add(frame, at, at + header).isRight()) {
            wrong.add(inside + "ipv4 checksum");
        }
        transport(u8(at + 9), at + header, at + total, end, source, destination, offset > 0, more, inside);
    }

    private void ipv6(int at, int end, String inside) {
        IpAddress source = address(at + 8, 16);
        IpAddress destination = address(at + 24, 16);
        lines.add(inside + "ipv6 " + source + " > " + destination + " hops " + u8(at + 7) + " bytes "
                + (40 + u16(at + 4)));
        int until = at + 40 + u16(at + 4);
        int next = u8(at + 6);
        int place = at + 40;
        boolean later = false;
        boolean more = false;
        while (next == 0 || next == 43 || next == 44 || next == 60) {
            lines.add(inside + "extension " + next);
            if (next == 44) {
                later = (u16(place + 2) & 0xfff8) != 0;
                more = (u16(place + 2) & 1) != 0;
            }
            int length = next == 44 ? 8 : (u8(place + 1) + 1) * 8;
            next = u8(place);
            place += length;
        }
        transport(next, place, until, end, source, destination, later, more, inside);
    }

    private void transport(
            int protocol,
            int at,
            int until,
            int end,
            IpAddress source,
            IpAddress destination,
            boolean later,
            boolean more,
            String inside) {
        boolean whole = until <= end && !later && !more;
        if (later) {
            lines.add(inside + "later piece of protocol " + protocol);
            return;
        }
        Checksum sum = new Checksum();
        if (protocol != 1) {
            sum.addPseudoHeader(source, destination, protocol, until - at);
        }
        boolean right = !whole || sum.add(frame, at, until).isRight();
        switch (protocol) {
            case 6 -> {
                lines.add(inside + "tcp " + u16(at) + " > " + u16(at + 2)
                        + (at + 14 <= end ? " flags " + u8(at + 13) : ""));
                complain(right, inside + "tcp checksum");
            }
            case 17 -> {
                lines.add(inside + "udp " + u16(at) + " > " + u16(at + 2)
                        + (u16(at + 6) == 0 ? " without checksum" : ""));
                complain(right || u16(at + 6) == 0 && source.family() == IpAddress.Family.V4, inside + "udp checksum");
            }
            case 1, 58 -> {
                lines.add(inside + "icmp type " + u8(at) + " code " + u8(at + 1));
                complain(right, inside + "icmp checksum");
                quote(protocol, at, until, inside);
            }
            default -> lines.add(inside + "protocol " + protocol);
        }
    }

    private void quote(int protocol, int at, int until, String inside) {
        int type = u8(at);
        if (!inside.isEmpty()) {
            return;
        }
        if (protocol == 1 && (type == 3 || type == 11 || type == 12)) {
            ipv4(at + 8, until, "quoted ");
        } else if (protocol == 58 && type < 128) {
            ipv6(at + 8, until, "quoted ");
        }
    }

    private void complain(boolean right, String what) {
        if (!right) {
            wrong.add(what);
        }
    }

    private int u8(int at) {
        return frame[at] & 255;
    }

    private int u16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    private IpAddress address(int at, int bytes) {
        if (at + bytes > frame.length) {
            throw new IndexOutOfBoundsException(at);
        }
        return IpAddress.ofBytes(Arrays.copyOfRange(frame, at, at + bytes));
    }

    private Mac mac(int at) {
        return new Mac((long) u16(at) << 32 | (long) u16(at + 2) << 16 | u16(at + 4));
    }
}
