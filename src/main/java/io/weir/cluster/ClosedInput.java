package io.weir.cluster;

import io.scalecube.cluster.transport.api.Message;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import org.jspecify.annotations.Nullable;

/** Reads messages of the {@link ClosedWorld}. Never allocates more than what it reads from could fill. */
final class ClosedInput implements ObjectInput {

    /** A gossiped record of a member stands six deep. */
    private static final int DEEPEST = 8;

    private final DataInputStream in;
    private Place place = new Place(Message.class, 0);

    /** What is being read into. */
    private static final class Place {
        private final Class<?> type;
        private final int depth;
        private int objects;

        Place(Class<?> type, int depth) {
            this.type = type;
            this.depth = depth;
        }
    }

    ClosedInput(byte[] bytes) {
        this.in = new DataInputStream(new ByteArrayInputStream(bytes));
    }

    @Override
    public @Nullable Object readObject() throws IOException {
        boolean mayBeNull = ClosedWorld.mayLack(place.type, place.objects++);
        int form = in.readByte();
        if (form == ClosedOutput.NULL && !mayBeNull) {
            throw new IllegalArgumentException("something is missing in a message");
        }
        return switch (form) {
            case ClosedOutput.NULL -> null;
            case ClosedOutput.TEXT -> in.readUTF();
            case ClosedOutput.BYTES -> readBytes();
            case ClosedOutput.CONSTANT -> ClosedWorld.constant(in.readByte(), in.readByte());
            case ClosedOutput.OWN_FORM -> readKnown();
            default -> throw new IllegalArgumentException("no form of an object: " + form);
        };
    }

    private byte[] readBytes() throws IOException {
        byte[] bytes = new byte[count(in.readInt())];
        in.readFully(bytes);
        return bytes;
    }

    private Object readKnown() throws IOException {
        Externalizable object = ClosedWorld.create(in.readByte());
        Place outer = place;
        place = new Place(object.getClass(), outer.depth + 1);
        if (place.depth > DEEPEST) {
            throw new IllegalArgumentException("a message in a message in a message");
        }
        try {
            object.readExternal(this);
        } catch (ClassNotFoundException | ClassCastException wrong) {
            throw new IllegalArgumentException("something stands where something else should", wrong);
        }
        if (object instanceof Message message) {
            ClosedWorld.requireWhole(message, outer.type);
        }
        place = outer;
        return object;
    }

    /** Every number but one is how many of something follow, of at least a byte each. */
    @Override
    public int readInt() throws IOException {
        int number = in.readInt();
        return ClosedWorld.countsWith(place.type) ? count(number) : number;
    }

    private int count(int number) throws IOException {
        if (number < 0 || number > in.available()) {
            throw new IllegalArgumentException("more is announced than there is: " + number);
        }
        return number;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public String readUTF() throws IOException {
        return in.readUTF();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return in.readBoolean();
    }

    @Override
    public long readLong() throws IOException {
        return in.readLong();
    }

    @Override
    public void readFully(byte[] bytes) throws IOException {
        in.readFully(bytes);
    }

    @Override
    public void readFully(byte[] bytes, int offset, int length) throws IOException {
        in.readFully(bytes, offset, length);
    }

    @Override
    public int read() throws IOException {
        return in.read();
    }

    @Override
    public int read(byte[] bytes) throws IOException {
        return in.read(bytes);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return in.read(bytes, offset, length);
    }

    @Override
    public long skip(long bytes) throws IOException {
        return in.skip(bytes);
    }

    @Override
    public int skipBytes(int bytes) throws IOException {
        return in.skipBytes(bytes);
    }

    @Override
    public byte readByte() throws IOException {
        return in.readByte();
    }

    @Override
    public int readUnsignedByte() throws IOException {
        return in.readUnsignedByte();
    }

    @Override
    public short readShort() throws IOException {
        return in.readShort();
    }

    @Override
    public int readUnsignedShort() throws IOException {
        return in.readUnsignedShort();
    }

    @Override
    public char readChar() throws IOException {
        return in.readChar();
    }

    @Override
    public float readFloat() throws IOException {
        return in.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return in.readDouble();
    }

    @Override
    public String readLine() {
        throw new UnsupportedOperationException("no message has lines");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
