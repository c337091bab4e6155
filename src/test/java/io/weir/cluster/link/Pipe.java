package io.weir.cluster.link;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** What is written at one end is read at the other, in whichever threads; all of it is kept. */
final class Pipe {

    private byte[] bytes = new byte[1024];
    private int written;
    private int read;
    private boolean ended;

    final OutputStream in = new OutputStream() {
        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] more, int offset, int length) {
            put(more, offset, length);
        }

        @Override
        public void close() {
            end();
        }
    };

    final InputStream out = new InputStream() {
        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return take(into, offset, length);
        }
    };

    private synchronized void put(byte[] more, int offset, int length) {
        if (bytes.length < written + length) {
            bytes = Arrays.copyOf(bytes, 2 * (written + length));
        }
        System.arraycopy(more, offset, bytes, written, length);
        written += length;
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    private synchronized int take(byte[] into, int offset, int length) {
        while (length > 0 && read == written && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        int taken = Math.min(length, written - read);
        System.arraycopy(bytes, read, into, offset, taken);
        read += taken;
        return taken == 0 && length > 0 ? -1 : taken;
    }

    /** Everything that was written. */
    synchronized byte[] all() {
        return Arrays.copyOf(bytes, written);
    }
}
