package io.weir.cluster;

import io.weir.cluster.ClosedWorld.Sighting;
import java.io.DataOutputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectOutput;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes messages of the {@link ClosedWorld}; what is not of it, it refuses. */
final class ClosedOutput extends DataOutputStream implements ObjectOutput {

    static final int NULL = 0;
    static final int TEXT = 1;
    static final int BYTES = 2;
    static final int CONSTANT = 3;
    static final int OWN_FORM = 4;

    private final Consumer<Sighting> sightings;

    /** @param sightings told how members are seen by who writes it */
    ClosedOutput(OutputStream out, Consumer<Sighting> sightings) {
        super(out);
        this.sightings = sightings;
    }

    @Override
    public void writeObject(@Nullable Object value) throws IOException {
        switch (value) {
            case null -> writeByte(NULL);
            case String text -> {
                writeByte(TEXT);
                writeUTF(text);
            }
            case byte[] bytes -> {
                writeByte(BYTES);
                writeInt(bytes.length);
                write(bytes);
            }
            default -> writeKnown(value);
        }
    }

    private void writeKnown(Object value) throws IOException {
        Optional<Integer> constant = ClosedWorld.constantNumber(value);
        if (constant.isPresent()) {
            writeByte(CONSTANT);
            writeByte(constant.get());
            writeByte(((Enum<?>) value).ordinal());
            return;
        }
        int number = ClosedWorld.number(value)
                .orElseThrow(() -> new IllegalArgumentException(value.getClass() + " is not sent to nodes"));
        ClosedWorld.sighting(value).ifPresent(sightings);
        writeByte(OWN_FORM);
        writeByte(number);
        ((Externalizable) value).writeExternal(this);
    }
}
