package io.weir.probe;

import static io.weir.probe.FakeServer.answering;
import static io.weir.probe.FakeServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.HealthCheck;
import io.weir.model.HealthCheck.Type;
import io.weir.model.Target;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Single checks against servers on the loopback interface, each of which behaves in one way. */
class HealthChecksTest {

    private static final Duration AMPLE = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);

    private static Certificates certificates;

    private final HealthChecks checks = new HealthChecks();

    @BeforeAll
    static void makeCertificates(@TempDir Path directory) throws Exception {
        certificates = Certificates.selfSigned(directory, "dns:web.example,ip:127.0.0.1");
    }

    @AfterEach
    void close() {
        checks.close();
    }

    @Test
    void a_tcp_check_passes_when_the_connection_is_answered() {
        try (FakeServer server = FakeServer.of(FakeServer.SILENT)) {
            CheckResult result = checks.tcp(server.endpoint(), AMPLE);
            assertThat(result).isInstanceOf(CheckResult.Passed.class);
            assertThat(((CheckResult.Passed) result).latency()).isPositive().isLessThan(AMPLE);
        }
    }

    @Test
    void a_tcp_check_passes_over_ipv6() {
        try (FakeServer server = FakeServer.of("::1", FakeServer.SILENT)) {
            assertThat(checks.tcp(server.endpoint(), AMPLE)).isInstanceOf(CheckResult.Passed.class);
        }
    }

    @Test
    void a_closed_port_is_refused() {
        assertFailed(checks.tcp(closedPort(), AMPLE), CheckError.CONNECTION_REFUSED, "connection refused");
    }

    @Test
    void a_host_that_does_not_answer_is_a_timeout_and_no_refusal() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            List<Socket> filling = fill(full);
            Endpoint place = Endpoint.of("127.0.0.1", full.getLocalPort());
            assertFailed(checks.tcp(place, SHORT), CheckError.TIMEOUT, "no answer to the connection within 200 ms");
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }

    /** Nobody accepts: once the backlog is full, the kernel drops what comes, as a black hole does. */
    private static List<Socket> fill(ServerSocket listener) throws Exception {
        List<Socket> filling = new ArrayList<>();
        while (true) {
            Socket socket = new Socket();
            filling.add(socket);
            try {
                socket.connect(listener.getLocalSocketAddress(), 300);
            } catch (java.net.SocketTimeoutException full) {
                return filling;
            }
        }
    }

    @Test
    void a_link_local_target_on_an_interface_that_is_not_there_says_so() {
        assertFailed(
                checks.tcp(Endpoint.of("fe80::1%none0", 80), AMPLE),
                CheckError.NO_INTERFACE,
                "this host has no interface none0");
    }

    static Stream<Arguments> httpAnswers() {
        String ok = status(200);
        return Stream.of(
                Arguments.of("an expected status", answering(ok), Optional.empty(), "HTTP 200"),
                Arguments.of("HTTP/1.0", answering("HTTP/1.0 204 \r\n\r\n"), Optional.empty(), "HTTP 204"),
                Arguments.of("no reason phrase, bare LF", answering("HTTP/1.1 200\n\n"), Optional.empty(), "HTTP 200"),
                Arguments.of(
                        "an interim answer before the final one",
                        answering("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok),
                        Optional.empty(),
                        "HTTP 200"),
                Arguments.of(
                        "a body without end",
                        (FakeServer.Manner) HealthChecksTest::endlessBody,
                        Optional.empty(),
                        "HTTP 200"),
                Arguments.of("500", answering(status(500)), Optional.of(CheckError.UNEXPECTED_STATUS), "HTTP 500"),
                Arguments.of(
                        "a redirect is not followed",
                        answering("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n"),
                        Optional.of(CheckError.UNEXPECTED_STATUS),
                        "HTTP 302"),
                Arguments.of(
                        "another protocol",
                        answering("SSH-2.0-OpenSSH_9.2\r\n"),
                        Optional.of(CheckError.BAD_RESPONSE),
                        "the answer is not HTTP"),
                Arguments.of(
                        "a head without end",
                        answering("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(5_000)),
                        Optional.of(CheckError.BAD_RESPONSE),
                        "the head of the answer is longer than 16384 bytes"),
                Arguments.of(
                        "half a head",
                        answering("HTTP/1.1 200 OK\r\nX: "),
                        Optional.of(CheckError.CONNECTION_CLOSED),
                        "connected, but the connection was closed before the answer"),
                Arguments.of(
                        "a reset",
                        FakeServer.RESETTING,
                        Optional.of(CheckError.CONNECTION_RESET),
                        "connected, but the connection was reset before the answer"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("httpAnswers")
    void an_http_check_judges_the_answer(
            String name, FakeServer.Manner manner, Optional<CheckError> error, String message) {
        try (FakeServer server = FakeServer.of(manner)) {
            CheckResult result = checks.http(server.endpoint(), "/health", AMPLE, List.of(200, 204));
            error.ifPresentOrElse(
                    expected -> assertFailed(result, expected, message), () -> assertPassed(result, message));
        }
    }

    private static void endlessBody(Socket connection, FakeServer server) throws Exception {
        server.readRequest(connection);
        OutputStream out = connection.getOutputStream();
        out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        while (!server.isClosed()) {
            out.write(new byte[4096]);
        }
    }

    @Test
    void a_server_that_accepts_and_says_nothing_is_a_timeout() {
        try (FakeServer server = FakeServer.of(FakeServer.SILENT)) {
            assertFailed(
                    checks.http(server.endpoint(), "/", SHORT, List.of(200)),
                    CheckError.TIMEOUT,
                    "connected, but no whole answer within 200 ms");
        }
    }

    @Test
    void a_server_that_dribbles_bytes_ends_with_the_time_of_the_whole_check() {
        try (FakeServer server = FakeServer.of((connection, itself) -> {
            itself.readRequest(connection);
            connection.getOutputStream().write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.ISO_8859_1));
            while (!itself.isClosed()) {
                connection.getOutputStream().write('x');
                TimeUnit.MILLISECONDS.sleep(10);
            }
        })) {
            assertFailed(
                    checks.http(server.endpoint(), "/", SHORT, List.of(200)),
                    CheckError.TIMEOUT,
                    "connected, but no whole answer within 200 ms");
        }
    }

    @Test
    void the_request_names_path_and_host_and_asks_for_no_second_one() {
        try (FakeServer server = FakeServer.of(answering(status(200)))) {
            checks.run(new Probe(server.endpoint(), check(Type.HTTP, "/up?x=1", Optional.empty(), Optional.empty())));
            checks.run(new Probe(
                    Endpoint.of("127.0.0.1", 9),
                    check(
                            Type.HTTP,
                            "/",
                            Optional.of("web.example"),
                            Optional.of(server.endpoint().port()))));
            int port = server.endpoint().port();
            assertThat(server.requests().get(0))
                    .startsWith("GET /up?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n")
                    .contains("\r\nConnection: close\r\n");
            assertThat(server.requests().get(1)).contains("\r\nHost: web.example:" + port + "\r\n");
        }
    }

    @Test
    void a_target_that_was_named_is_asked_by_its_name() {
        Target named =
                new Target(new Destination.Named("shop.example", 80, Duration.ofSeconds(30)), 100, Optional.empty());
        Endpoint address = Endpoint.of("10.0.0.1", 80);
        assertThat(Probe.of(named, address, HealthCheck.DEFAULT).check().host()).contains("shop.example");
        assertThat(Probe.of(Target.of(address), address, HealthCheck.DEFAULT)
                        .check()
                        .host())
                .isEmpty();
    }

    @Test
    void no_check_is_always_well() {
        assertPassed(
                checks.run(new Probe(closedPort(), check(Type.NONE, "/", Optional.empty(), Optional.empty()))),
                "not checked");
    }

    @Test
    void a_certificate_counts_only_where_it_must_be_valid() throws Exception {
        CheckError bad = CheckError.BAD_CERTIFICATE;
        assertThat(httpsError(certificates.server(), certificates.client(), "web.example", true))
                .isEmpty();
        assertThat(httpsError(certificates.server(), certificates.client(), "", true))
                .isEmpty();
        assertThat(httpsError(certificates.server(), certificates.client(), "other.example", true))
                .contains(bad);
        assertThat(httpsError(certificates.server(), SSLContext.getDefault(), "web.example", true))
                .contains(bad);
        assertThat(httpsError(certificates.server(), SSLContext.getDefault(), "other.example", false))
                .isEmpty();
    }

    private static Optional<CheckError> httpsError(SSLContext server, SSLContext trusted, String host, boolean verify) {
        Optional<String> name = Optional.of(host).filter(given -> !given.isEmpty());
        try (FakeServer running = FakeServer.tls(server, answering(status(200)));
                HealthChecks verifying = new HealthChecks(new Tls(trusted))) {
            HealthCheck check = check(Type.HTTPS, "/", name, Optional.empty(), verify, AMPLE);
            return verifying.run(new Probe(running.endpoint(), check)) instanceof CheckResult.Failed failed
                    ? Optional.of(failed.error())
                    : Optional.empty();
        }
    }

    @Test
    void a_tls_server_is_told_the_name_and_no_address() {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (FakeServer server = FakeServer.tls(certificates.server(), (connection, itself) -> {
            itself.readRequest(connection);
            asked.add(((ExtendedSSLSession) ((SSLSocket) connection).getSession())
                    .getRequestedServerNames()
                    .toString());
            connection.getOutputStream().write(status(200).getBytes(StandardCharsets.ISO_8859_1));
        })) {
            for (String host : List.of("web.example", "_odd.example", "")) {
                Optional<String> name = Optional.of(host).filter(given -> !given.isEmpty());
                assertPassed(
                        checks.run(new Probe(server.endpoint(), check(Type.HTTPS, "/", name, Optional.empty()))),
                        "HTTP 200");
            }
        }
        assertThat(asked).hasSize(3);
        assertThat(asked.get(0)).contains("web.example");
        assertThat(asked.subList(1, 3)).containsOnly("[]");
    }

    @Test
    void a_server_without_tls_and_one_that_hangs_in_the_handshake_are_told_apart() {
        try (FakeServer plain = FakeServer.of(answering(status(200) + "\r\n\r\n"));
                FakeServer hanging = FakeServer.of(FakeServer.SILENT);
                FakeServer rude = FakeServer.of((connection, server) ->
                        connection.getOutputStream().write("no TLS".getBytes(StandardCharsets.ISO_8859_1)))) {
            assertThat(errorOf(checks.https(rude.endpoint(), "/", AMPLE, List.of(200))))
                    .isEqualTo(CheckError.TLS_FAILED);
            assertFailed(
                    checks.https(hanging.endpoint(), "/", SHORT, List.of(200)),
                    CheckError.TIMEOUT,
                    "connected, but the TLS handshake did not end within 200 ms");
            assertThat(errorOf(checks.https(plain.endpoint(), "/", SHORT, List.of(200))))
                    .isIn(CheckError.TLS_FAILED, CheckError.TIMEOUT);
        }
    }

    @Test
    void checks_under_way_end_when_all_are_closed() throws Exception {
        try (FakeServer server = FakeServer.of(FakeServer.SILENT)) {
            CompletableFuture<CheckResult> answer = checks.start(new Probe(
                    server.endpoint(),
                    check(Type.HTTP, "/", Optional.empty(), Optional.empty(), false, Duration.ofMinutes(1))));
            checks.close();
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(new CheckResult.NotMade("health checks have ended"));
            assertThat(checks.tcp(server.endpoint(), AMPLE)).isInstanceOf(CheckResult.NotMade.class);
        }
    }

    private static HealthCheck check(Type type, String path, Optional<String> host, Optional<Integer> port) {
        return check(type, path, host, port, false, AMPLE);
    }

    private static HealthCheck check(
            Type type, String path, Optional<String> host, Optional<Integer> port, boolean verify, Duration timeout) {
        return new HealthCheck(type, path, timeout, timeout, 1, 1, List.of(200), host, port, verify);
    }

    private static Endpoint closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return Endpoint.of("127.0.0.1", socket.getLocalPort());
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static void assertPassed(CheckResult result, String message) {
        assertThat(result).isInstanceOf(CheckResult.Passed.class);
        assertThat(result.message()).isEqualTo(message);
    }

    private static void assertFailed(CheckResult result, CheckError error, String message) {
        assertThat(errorOf(result)).isEqualTo(error);
        assertThat(result.message()).isEqualTo(message);
    }

    private static CheckError errorOf(CheckResult result) {
        assertThat(result).isInstanceOf(CheckResult.Failed.class);
        return ((CheckResult.Failed) result).error();
    }
}
