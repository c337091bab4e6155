package io.weir.cluster;

import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.MessageCodec;
import io.weir.cluster.ClosedWorld.Sighting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Messages between nodes as bytes and back: those of the {@link ClosedWorld}, nothing else. */
final class ClosedCodec implements MessageCodec {

    private final Consumer<Sighting> sightings;

    /** @param sightings told how this node sees a member, whenever it says so to others */
    ClosedCodec(Consumer<Sighting> sightings) {
        this.sightings = sightings;
    }

    /** @throws IllegalArgumentException if it holds something that is not sent to nodes */
    byte[] bytes(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (ClosedOutput out = new ClosedOutput(bytes, sightings)) {
            out.writeObject(message);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalArgumentException if they are no message, or one with something missing or left over */
    Message message(byte[] bytes) {
        try (ClosedInput in = new ClosedInput(bytes)) {
            if (in.readObject() instanceof Message message && in.available() == 0) {
                return message;
            }
            throw new IllegalArgumentException("no message");
        } catch (IOException tooShort) {
            throw new IllegalArgumentException("no message: " + tooShort, tooShort);
        }
    }

    @Override
    public Message deserialize(InputStream stream) throws IOException {
        return message(stream.readAllBytes());
    }

    @Override
    public void serialize(Message message, OutputStream stream) throws IOException {
        stream.write(bytes(message));
    }
}
