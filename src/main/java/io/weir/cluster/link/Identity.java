package io.weir.cluster.link;

import io.weir.model.NodeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.UUID;

/**
 * Who a node says it is, sealed, at the beginning of a link.
 *
 * @param node its name
 * @param boot another one for each start
 * @param address where it is reached
 * @param age how long it has been up: ages travel, clocks are each host's own
 */
public record Identity(NodeId node, UUID boot, PeerAddress address, Duration age) {

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(boot.getMostSignificantBits());
            out.writeLong(boot.getLeastSignificantBits());
            out.writeUTF(node.name());
            out.writeUTF(address.host());
            out.writeShort(address.port());
            out.writeLong(age.toMillis());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static Identity of(byte[] bytes) throws RefusedLinkException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            UUID boot = new UUID(in.readLong(), in.readLong());
            NodeId node = new NodeId(in.readUTF());
            PeerAddress address = new PeerAddress(in.readUTF(), in.readUnsignedShort());
            return new Identity(node, boot, address, Duration.ofMillis(Math.max(0, in.readLong())));
        } catch (IOException | IllegalArgumentException malformed) {
            throw new RefusedLinkException(LinkRefusal.MALFORMED);
        }
    }
}
