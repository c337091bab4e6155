package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.FileCodec;
import io.weir.engine.Snapshot;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Desired;
import io.weir.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Anything may come, in any order: the node makes no mistake of its own, what is refused changes nothing, and every answer is
 * what the OpenAPI document says.
 */
class FuzzTest {

    private static final int REQUESTS = 1500;

    private static final List<String> METHODS = List.of(
            "GET", "GET", "POST", "POST", "POST", "PUT", "PUT", "DELETE", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW");
    private static final List<String> NAMES = List.of(
            "web",
            "a",
            "api",
            "eth0",
            "eth1",
            "eth9",
            "10.0.0.0%2F8",
            "192.168.0.0/16",
            "a.example",
            "10.0.0.1:8080",
            "10.0.0.2:8080",
            "open",
            "%5B2001:db8::1%5D:80",
            "%00",
            "%FF",
            "..",
            "%2e%2e",
            "x".repeat(300),
            "a%20b",
            "-1");
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "true",
            "-1",
            "1e9",
            "65536",
            "\"name\"",
            "\"listen\"",
            "\"web\"",
            "\"port\"",
            "\"ip\"",
            "\"\\u0000\"",
            "\"enabled\"",
            "99999999999999999999",
            "\"interfaces\"",
            "\"eth0\"");
    private static final List<String> BODIES = List.of(
            """
            {"name": "a", "listen": {"interfaces": ["eth0"], "port": 9}, "default-target": {"ip": "10.0.0.9", "port": 80}}
            """,
            """
            {"source": "10.0.0.0/8", "targets": [{"ip": "10.0.0.4", "port": 1, "weight": 60}, {"ip": "10.0.0.5", "port": 1, "weight": 40}]}
            """,
            "[{\"ip\": \"10.0.0.7\", \"port\": 80}]",
            "{\"interfaces\": [\"eth1\"]}",
            "{\"enabled\": true}",
            "{\"target\": \"10.0.0.1:8080\", \"timeout-ms\": 2000}",
            "{\"status\": \"unhealthy\"}",
            "{\"proxy\": \"web\", \"target\": \"10.0.0.1:8080\", \"fact\": \"drained\"}",
            "{}");

    @Test
    void no_request_breaks_the_node_and_a_refused_one_changes_nothing() {
        Seed.times(1, random -> {
            try (Rig rig = new Rig()) {
                RouteTable table = rig.table();
                Contract contract = new Contract(Rig.json(rig.get("/api/v1/openapi.json")));
                for (int i = 0; i < REQUESTS; i++) {
                    if (random.nextInt(20) == 0) {
                        sendGarbage(rig, random);
                    } else {
                        send(rig, contract, table, random);
                    }
                }
                assertThat(rig.get("/health").statusCode()).isEqualTo(200);
            }
        });
    }

    private static void send(Rig rig, Contract contract, RouteTable table, Random random) {
        String method = pick(METHODS, random);
        String path = path(pick(table.routes(), random).path(), random);
        Optional<String> body = random.nextInt(4) == 0 ? Optional.empty() : Optional.of(body(random));
        Optional<Route> route = table.find(method, path.replaceFirst("\\?.*", ""));
        if (route.filter(found -> found.response() instanceof Shape.Events).isPresent()) {
            return; // it has no end to wait for
        }
        List<Object> before = state(rig);
        HttpResponse<String> response = rig.send(method, path, body, headers(random));
        String what = method + " " + path + " " + body + ": " + response.statusCode() + " " + response.body();
        assertThat(response.statusCode() < 500 || response.statusCode() == 503)
                .as(what)
                .isTrue();
        if (response.statusCode() >= 400) {
            assertThat(state(rig)).as(what).isEqualTo(before);
            assertThat(response.body()).as(what).doesNotContain("Exception", "\tat ", "io.weir", "java.");
        }
        if (!method.equals("HEAD")) {
            assertFits(contract, route, response, what);
        }
    }

    private static void assertFits(
            Contract contract, Optional<Route> route, HttpResponse<String> response, String what) {
        int status = response.statusCode();
        if (status >= 400 || route.isPresent()) {
            JsonNode operation = route.map(
                            found -> contract.operation(found.method().name(), found.path()))
                    .orElseGet(() -> contract.operation("GET", "/api/v1/status")); // of which errors are like all
            contract.assertFits(contract.answerOf(operation, status), Rig.json(response), what);
        }
    }

    private static List<Object> state(Rig rig) {
        Snapshot snapshot = rig.operations.status();
        Desired desired = new Desired(
                snapshot.proxies().stream().map(ProxyStatus::proxy).toList(),
                snapshot.settings().orElseThrow());
        return List.of(
                new FileCodec().tree(desired),
                snapshot.hooks(),
                snapshot.conditions().forced(),
                snapshot.conditions().drains().keySet(),
                snapshot.conditions().circuits());
    }

    private static String path(String template, Random random) {
        String path = template;
        while (path.contains("{")) {
            path = path.replaceFirst("\\{[^}]*}", pick(NAMES, random));
        }
        return switch (random.nextInt(12)) {
            case 0 -> path + "/" + pick(NAMES, random);
            case 1 -> path + "?" + pick(NAMES, random) + "=" + pick(NAMES, random);
            case 2 -> path.replaceFirst("/[^/]*$", "");
            default -> path;
        };
    }

    private static String body(Random random) {
        if (random.nextInt(4) == 0) {
            StringBuilder pieces = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                pieces.append(pick(PIECES, random));
            }
            return pieces.toString();
        }
        StringBuilder body = new StringBuilder(pick(BODIES, random));
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(body.length());
            body.replace(at, Math.min(body.length(), at + random.nextInt(5)), pick(PIECES, random));
        }
        return body.toString();
    }

    private static String[] headers(Random random) {
        List<String> headers = new ArrayList<>();
        if (random.nextInt(6) == 0) {
            headers.addAll(List.of(
                    "Content-Type", pick(List.of("text/plain", "application/json; charset=utf-8", "x"), random)));
        }
        if (random.nextInt(6) == 0) {
            headers.addAll(List.of("Origin", pick(List.of("null", "http://evil.example", "http://localhost"), random)));
        }
        if (random.nextInt(6) == 0) {
            headers.addAll(List.of("Authorization", pick(List.of("Bearer", "Bearer x", "Basic eA=="), random)));
        }
        return headers.toArray(String[]::new);
    }

    /** Not even HTTP, and nobody waits for the answer. */
    private static void sendGarbage(Rig rig, Random random) {
        URI url = URI.create(rig.admin.url());
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        String start =
                pick(List.of("", "GET ", "POST /api/v1/proxies HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: "), random);
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
