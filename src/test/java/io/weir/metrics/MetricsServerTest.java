package io.weir.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.Cluster;
import io.weir.engine.Snapshot;
import io.weir.lab.Await;
import io.weir.model.ControlPlane;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.stats.Latencies;
import io.weir.testing.Counted;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {

    private static final Snapshot SNAPSHOT =
            new Snapshots().proxy(1, "web", 1, Endpoint.of("10.0.0.1", 80)).done();

    private Supplier<Snapshot> snapshots = () -> SNAPSHOT;
    private final MetricsServer server = start(0, Duration.ofSeconds(60));
    private final HttpClient client = HttpClient.newHttpClient();

    private MetricsServer start(int port, Duration patience) {
        Metrics metrics = new Metrics(
                () -> snapshots.get(),
                new Counted(),
                new CheckLatencies(),
                new Latencies(),
                _ -> Optional.empty(),
                new Reloads(0),
                Map::of,
                Cluster.NONE::status,
                "1");
        return MetricsServer.start(
                new ControlPlane.Metrics(true, IpAddress.parse("127.0.0.1"), port, "/metrics"), metrics, patience);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private HttpResponse<String> ask(String method, String path, String... headers) throws Exception {
        return ask(server, method, path, headers);
    }

    private HttpResponse<String> ask(MetricsServer of, String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(of.url()).resolve(path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void prometheus_gets_its_text() throws Exception {
        HttpResponse<String> answer = ask("GET", "/metrics?name=x");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(Exposition.parse(answer.body()).value("lb_up")).isEqualTo(1);
        assertThat(answer.headers().map()).doesNotContainKey("server");
    }

    @Test
    void who_accepts_open_metrics_gets_open_metrics() throws Exception {
        HttpResponse<String> answer = ask(
                "GET",
                "/metrics",
                "Accept",
                "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    @Test
    void head_answers_what_get_would_without_the_text() throws Exception {
        HttpResponse<String> answer = ask("HEAD", "/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Length"))
                .contains(String.valueOf(ask("GET", "/metrics").body().length()));
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void nothing_else_is_there() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "NONSENSE")) {
            HttpResponse<String> answer = ask(method, "/metrics");
            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
        }
        for (String path : List.of("/", "/metrics/", "/metricsx", "/metrics/..")) {
            assertThat(ask("GET", path).statusCode()).as(path).isIn(400, 404);
        }
    }

    @Test
    void what_cannot_be_read_is_an_error_and_the_next_is_answered() throws Exception {
        snapshots = () -> {
            throw new IllegalStateException("the maps are gone");
        };
        assertThat(ask("GET", "/metrics").statusCode()).isEqualTo(503);
        assertThat(ask("GET", "/metrics").body()).isEqualTo("the maps are gone\n");
        snapshots = () -> SNAPSHOT;
        assertThat(ask("GET", "/metrics").statusCode()).isEqualTo(200);
    }

    /** Each waits for as long as it is let, and more than there is room for come. */
    @Test
    void those_who_never_finish_their_request_do_not_keep_others_away() throws Exception {
        List<Socket> dripping = new ArrayList<>();
        try (MetricsServer impatient = start(0, Duration.ofSeconds(1))) {
            URI url = URI.create(impatient.url());
            for (int i = 0; i < 80; i++) {
                Socket socket = new Socket(url.getHost(), url.getPort());
                dripping.add(socket);
                socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            }
            for (Socket socket : dripping) {
                socket.setSoTimeout(60_000);
                assertThat(isEnded(socket)).isTrue();
            }
            // A busy machine may take longer over an answer than this server has patience with anybody.
            Await.until("somebody is answered", () -> isAnswered(impatient));
        } finally {
            for (Socket socket : dripping) {
                socket.close();
            }
        }
    }

    private boolean isAnswered(MetricsServer of) {
        try {
            return ask(of, "GET", "/metrics").statusCode() == 200;
        } catch (IOException cutOff) {
            return false;
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static boolean isEnded(Socket socket) {
        try {
            byte[] answer = socket.getInputStream().readAllBytes();
            return answer.length == 0 || new String(answer, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 4");
        } catch (IOException reset) {
            return !(reset instanceof java.net.SocketTimeoutException);
        }
    }

    @Test
    void a_port_in_use_is_said_with_what_to_do() {
        int port = URI.create(server.url()).getPort();
        assertThatThrownBy(() -> start(port, Duration.ofSeconds(60)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the metrics cannot be listened for on 127.0.0.1:" + port
                        + ": Address already in use; set another :port or :bind under :metrics");
    }
}
