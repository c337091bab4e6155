package io.weir.cluster.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between two nodes, passes all on, and from some time on nothing, without a word to either. */
final class Blackhole implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean swallows;

    Blackhole(int port) throws IOException {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    Socket from = server.accept();
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
                    sockets.addAll(List.of(from, to));
                    pump(from, to);
                    pump(to, from);
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    void swallow() {
        swallows = true;
    }

    private void pump(Socket from, Socket to) {
        Thread.ofPlatform().daemon().start(() -> {
            byte[] bytes = new byte[8192];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                    if (!swallows) {
                        out.write(bytes, 0, read);
                        out.flush();
                    }
                }
            } catch (IOException closed) {
                // One of the two has gone.
            }
        });
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
