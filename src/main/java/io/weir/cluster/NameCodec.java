package io.weir.cluster;

import io.scalecube.cluster.metadata.MetadataCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What scalecube fetches of each member: the node's name. */
final class NameCodec implements MetadataCodec {

    @Override
    public Object deserialize(ByteBuffer buffer) {
        return StandardCharsets.US_ASCII.decode(buffer).toString();
    }

    @Override
    public ByteBuffer serialize(Object metadata) {
        return ByteBuffer.wrap(String.valueOf(metadata).getBytes(StandardCharsets.US_ASCII));
    }
}
