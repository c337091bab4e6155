package io.weir.cluster.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** TCP between nodes that are told apart by their addresses. A wire that is cut delays what goes over it until it is mended. */
public final class Wires implements AutoCloseable {

    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final Set<String> cuts = new HashSet<>();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder segments = new LongAdder();

    /** What calls one address reaches another. */
    public void lay(String from, String to, int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, InetAddress.ofLiteral(from));
        open.add(server);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    Socket caller = server.accept();
                    open.add(caller);
                    String address = caller.getInetAddress().getHostAddress();
                    Thread.ofPlatform().daemon().start(() -> connect(caller, address, to, port));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
    }

    private void connect(Socket caller, String from, String to, int port) {
        try {
            waitForWire(from, to);
            Socket called = new Socket();
            open.add(called);
            called.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            called.connect(new InetSocketAddress(to, port));
            Thread.ofPlatform().daemon().start(() -> pump(called, caller, to, from));
            pump(caller, called, from, to);
        } catch (IOException | InterruptedException nobodyThere) {
            closeQuietly(caller);
        }
    }

    private void pump(Socket from, Socket to, String one, String other) {
        byte[] bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                waitForWire(one, other);
                out.write(bytes, 0, read);
                this.bytes.add(read);
                segments.increment();
            }
            waitForWire(one, other);
            to.shutdownOutput();
        } catch (IOException | InterruptedException closed) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private synchronized void waitForWire(String from, String to) throws InterruptedException {
        while (cuts.contains(from + ">" + to)) {
            wait();
        }
    }

    public long bytes() {
        return bytes.sum();
    }

    /** Pieces as they came, each of which was a segment where little is sent. */
    public long segments() {
        return segments.sum();
    }

    public synchronized void cut(String from, String to) {
        cuts.add(from + ">" + to);
    }

    public synchronized void heal() {
        cuts.clear();
        notifyAll();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception gone) {
            // It is closed in any case.
        }
    }

    @Override
    public void close() {
        open.forEach(Wires::closeQuietly);
    }
}
