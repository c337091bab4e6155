package io.weir.failover;

import java.util.stream.Stream;

/** Packets that were lost, as both ends of all connections know them. */
public final class Resent {

    private Resent() {}

    /**
     * TCP segments that both ends have sent again, less those that had arrived before: the receiver tells of each (RFC 2883),
     * a moment later.
     */
    public static long forNeed(Rack rack) {
        return Stream.of(Rack.CLIENT, Rack.BACKEND)
                .map(role -> rack.in(role, "nstat -asz TcpRetransSegs TcpExtTCPDSACKRecv"))
                .flatMap(String::lines)
                .map(line -> line.trim().split(" +"))
                .mapToLong(words -> switch (words[0]) {
                    case "TcpRetransSegs" -> Long.parseLong(words[1]);
                    case "TcpExtTCPDSACKRecv" -> -Long.parseLong(words[1]);
                    default -> 0;
                })
                .sum();
    }
}
