package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DemoTrafficTest {

    private static final int CHUNKS = 4;

    @Test
    void a_download_that_arrives_as_it_was_sent_is_accepted() throws Exception {
        assertThat(download(chunk -> chunk)).isEmpty();
    }

    @Test
    void a_download_with_one_wrong_byte_is_refused() throws Exception {
        assertThat(download(chunk -> {
                    byte[] changed = chunk.clone();
                    changed[17]++;
                    return changed;
                }))
                .contains("damaged");
    }

    @Test
    void a_download_that_ends_early_is_refused() throws Exception {
        assertThat(download(chunk -> new byte[0])).contains("damaged: 0 of");
    }

    @Test
    void an_answer_to_another_client_is_refused() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = answer(
                    server,
                    out -> out.write("HTTP/1.1 200 OK\r\n\r\nweb-1 10.9.9.9 1\n".getBytes(StandardCharsets.US_ASCII)));
            assertThatThrownBy(() -> client(server).http(1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the server says 'web-1 10.9.9.9 1', but the client is 127.0.0.1");
            answering.join();
        }
    }

    /** What the client says of a download whose chunks were changed on the way; empty if it is content. */
    private static String download(java.util.function.UnaryOperator<byte[]> change) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = answer(server, out -> {
                out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                Payload payload = new Payload();
                byte[] chunk = new byte[Payload.CHUNK_BYTES];
                for (int i = 0; i < CHUNKS; i++) {
                    payload.next(chunk);
                    out.write(change.apply(chunk));
                }
            });
            try {
                client(server).download((long) CHUNKS * Payload.CHUNK_BYTES, 1 << 30);
                return "";
            } catch (IOException refused) {
                return refused.getMessage();
            } finally {
                answering.join();
            }
        }
    }

    private static DemoClient client(ServerSocket server) {
        return new DemoClient(server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    private interface Answer {
        void to(OutputStream out) throws IOException;
    }

    private static Thread answer(ServerSocket server, Answer answer) {
        return Thread.ofVirtual().start(() -> {
            try (Socket connection = server.accept()) {
                BufferedReader request = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
                while (!request.readLine().isEmpty()) {
                    continue; // closing with unread bytes would reset
                }
                answer.to(connection.getOutputStream());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
