package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.AdminApi;
import io.weir.testing.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call, and with what. */
class AccessTest {

    private static final String KEY = "correct-horse";

    @TempDir
    Path directory;

    private Path file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private AdminApi settings(
            Optional<String> key, Optional<Path> keyFile, Optional<Path> readOnly, List<String> origins) {
        return new AdminApi(true, Rig.OPEN.bind(), 0, key, keyFile, readOnly, Optional.empty(), Optional.of(origins));
    }

    @Test
    void a_key_is_shown_in_either_header() {
        try (Rig rig = new Rig(Rig.settings(Optional.of(KEY)))) {
            assertThat(rig.get("/api/v1/status", "X-API-Key", KEY).statusCode()).isEqualTo(200);
            assertThat(rig.get("/api/v1/status", "Authorization", "Bearer " + KEY)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(rig.get("/api/v1/status").statusCode()).isEqualTo(401);
            assertThat(rig.get("/api/v1/status").headers().firstValue("WWW-Authenticate"))
                    .contains("Bearer");
            assertThat(rig.get("/api/v1/status", "X-API-Key", KEY + "x").statusCode())
                    .isEqualTo(401);
            assertThat(rig.get("/api/v1/nothing").statusCode()).isEqualTo(401);
            assertThat(rig.get("/health").statusCode()).isEqualTo(200);
            assertThat(rig.get("/ready").statusCode()).isEqualTo(200);
            assertThat(rig.get("/api/v1/config", "X-API-Key", KEY).body()).doesNotContain(KEY);
        }
    }

    private static boolean mayChange(Rig rig, String key) {
        return Rig.json(rig.get("/api/v1/access", "X-API-Key", key))
                .path("change")
                .asBoolean();
    }

    @Test
    void a_read_only_key_reads_only() throws IOException {
        Path readOnly = file("read-only", "only-for-reading\n");
        try (Rig rig = new Rig(settings(Optional.of(KEY), Optional.empty(), Optional.of(readOnly), List.of()))) {
            assertThat(rig.get("/api/v1/status", "X-API-Key", "only-for-reading")
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> refused =
                    rig.send("DELETE", "/api/v1/proxies/web", Optional.empty(), "X-API-Key", "only-for-reading");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(Rig.json(refused).path("code").asText()).isEqualTo("read-only");
            assertThat(rig.operations.proxies().find("web")).isPresent();
            assertThat(mayChange(rig, "only-for-reading")).isFalse();
            assertThat(mayChange(rig, KEY)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "OPTIONS"})
    void a_read_only_key_does_not_write_under_another_methods_name(String method) throws IOException {
        Path readOnly = file("read-only", "only-for-reading\n");
        try (Rig rig = new Rig(settings(Optional.of(KEY), Optional.empty(), Optional.of(readOnly), List.of()))) {
            HttpResponse<String> refused = rig.send(
                    method,
                    "/api/v1/proxies/web",
                    Optional.empty(),
                    "X-API-Key",
                    "only-for-reading",
                    "X-HTTP-Method-Override",
                    "DELETE");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(rig.operations.proxies().find("web")).isPresent();
        }
    }

    @Test
    void key_files_are_read_again_and_a_bad_one_changes_nothing() throws IOException {
        Path key = file("key", "the-first-key\n");
        AdminApi settings = settings(Optional.empty(), Optional.of(key), Optional.empty(), List.of());
        try (Rig rig = new Rig(settings)) {
            Files.writeString(key, "the-second-key\n");
            rig.admin.prepare(settings).run();
            assertThat(rig.get("/api/v1/status", "X-API-Key", "the-first-key").statusCode())
                    .isEqualTo(401);
            assertThat(rig.get("/api/v1/status", "X-API-Key", "the-second-key").statusCode())
                    .isEqualTo(200);

            Files.writeString(key, "short\n");
            assertThatThrownBy(() -> rig.admin.prepare(settings)).isInstanceOf(IllegalStateException.class);
            assertThat(rig.get("/api/v1/status", "X-API-Key", "the-second-key").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_pipe_is_no_key_file() throws Exception {
        Path pipe = directory.resolve("key");
        new ProcessBuilder("mkfifo", "-m", "600", pipe.toString())
                .inheritIO()
                .start()
                .waitFor();

        assertThatThrownBy(() -> AdminServer.requireFiles(
                        settings(Optional.empty(), Optional.of(pipe), Optional.empty(), List.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no regular file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "short | rw------- | holds no key: a key is one line of at least 8 characters without blanks",
                "two words here | rw------- | holds no key: a key is one line of at least 8 characters without blanks",
                "good-enough | rw-r--r-- | can be read by everyone: chmod o=",
            })
    void a_bad_key_file_is_refused_with_path_and_reason(String text, String mode, String reason) throws IOException {
        Path key = file("key", text);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));

        assertThatThrownBy(() -> AdminServer.requireFiles(
                        settings(Optional.empty(), Optional.of(key), Optional.empty(), List.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the key file " + key + " " + reason);
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> AdminServer.requireFiles(
                        settings(Optional.empty(), Optional.of(missing), Optional.empty(), List.of())))
                .hasMessageStartingWith("the key file " + missing + " does not exist");
    }

    /** Rows: headers of a request to an API without a key, and the status. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost |  | 200",
                "127.0.0.1:8081 |  | 200",
                "[::1]:8081 |  | 200",
                "evil.example |  | 403",
                "evil.example:8081 | http://evil.example:8081 | 403",
                "localhost:8081 | http://localhost:8081 | 200",
                "localhost:8081 | http://evil.example | 403",
                "localhost:8081 | null | 403",
                "localhost | https://ops.example | 200",
            })
    void without_a_key_only_this_host_and_welcome_origins_are_answered(String host, String origin, int status)
            throws IOException {
        AdminApi settings =
                settings(Optional.empty(), Optional.empty(), Optional.empty(), List.of("https://ops.example"));
        try (Rig rig = new Rig(settings)) {
            String request = "GET /api/v1/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                    + (origin == null ? "" : "Origin: " + origin + "\r\n") + "\r\n";
            assertThat(firstLine(rig, request))
                    .isEqualTo("HTTP/1.1 " + status + " " + (status == 200 ? "OK" : "Forbidden"));
        }
    }

    private static String firstLine(Rig rig, String request) throws IOException {
        URI url = URI.create(rig.admin.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    @Test
    void tls_is_spoken_with_the_certificate_of_the_files() throws Exception {
        Path certificate = directory.resolve("cert.pem");
        Path key = directory.resolve("key.pem");
        Run.command(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=admin.example",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        AdminApi settings = new AdminApi(
                true,
                Rig.OPEN.bind(),
                0,
                Optional.of(KEY),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new AdminApi.Tls(certificate, key)),
                Optional.empty());
        try (Rig rig = new Rig(settings)) {
            rig.admin.prepare(settings).run(); // again, as at a reload
            String answer = Run.command(
                    "curl",
                    "-s",
                    "--cacert",
                    certificate.toString(),
                    "-H",
                    "X-API-Key: " + KEY,
                    rig.admin.url() + "/api/v1/status");
            assertThat(answer).contains("\"running\":true");
        }
        Files.writeString(key, "no key");
        assertThatThrownBy(() -> AdminServer.requireFiles(settings))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the TLS key " + key + " has no 'BEGIN PRIVATE KEY'");
    }

    @Test
    void a_welcome_origin_may_read_and_ask_before() {
        AdminApi settings =
                settings(Optional.of(KEY), Optional.empty(), Optional.empty(), List.of("https://ops.example"));
        try (Rig rig = new Rig(settings)) {
            HttpResponse<String> read = rig.get("/api/v1/status", "X-API-Key", KEY, "Origin", "https://ops.example");
            assertThat(read.headers().firstValue("Access-Control-Allow-Origin")).contains("https://ops.example");
            HttpResponse<String> before = rig.send(
                    "OPTIONS",
                    "/api/v1/proxies/web",
                    Optional.empty(),
                    "Origin",
                    "https://ops.example",
                    "Access-Control-Request-Method",
                    "DELETE");
            assertThat(before.statusCode()).isEqualTo(204);
            assertThat(before.headers()
                            .firstValue("Access-Control-Allow-Methods")
                            .orElseThrow())
                    .contains("DELETE");
            HttpResponse<String> other = rig.get("/api/v1/status", "X-API-Key", KEY, "Origin", "https://evil.example");
            assertThat(other.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    /** More than there is room for. */
    @Test
    @Timeout(120) // ends a hang
    void those_who_never_finish_their_request_do_not_keep_others_away() throws IOException {
        List<Socket> dripping = new ArrayList<>();
        try (Rig rig = new Rig()) {
            URI url = URI.create(rig.admin.url());
            for (int i = 0; i < 280; i++) {
                Socket socket = new Socket(url.getHost(), url.getPort());
                dripping.add(socket);
                socket.getOutputStream().write("GET /health HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(rig.get("/health").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : dripping) {
                socket.close();
            }
        }
    }

    @Test
    void what_is_no_http_is_answered_in_the_same_shape() throws IOException {
        try (Rig rig = new Rig()) {
            assertThat(firstLine(rig, "GET /api/v1/status HTTP/1.1\r\nHost: a b\r\n\r\n"))
                    .startsWith("HTTP/1.1 400");
            assertThat(firstLine(rig, "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(10_000) + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 431");
        }
    }
}
