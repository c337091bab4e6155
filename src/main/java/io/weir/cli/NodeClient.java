package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Calls a node's admin API, one request at a time. Every method throws {@link CommandFailure} when it is not done. */
final class NodeClient implements AutoCloseable {

    private static final String API = "/api/v1/";
    private static final Duration TO_CONNECT = Duration.ofSeconds(3);

    /** Longer than the longest check of a target may take. */
    private static final Duration TO_ANSWER = Duration.ofSeconds(75);

    private final NodeAddress address;
    private final HttpClient http;

    /** @throws CommandFailure if there is no admin API to call */
    NodeClient(NodeAddress address) {
        address.without().ifPresent(why -> {
            throw new CommandFailure(ExitCode.UNREACHABLE, why);
        });
        this.address = address;
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(TO_CONNECT);
        address.trust().ifPresent(client::sslContext);
        this.http = client.build();
    }

    NodeAddress address() {
        return address;
    }

    /** @param path after {@code /api/v1/} */
    JsonNode get(String path) {
        return call("GET", path, Optional.empty());
    }

    /** Empty where there is nothing. */
    Optional<JsonNode> find(String path) {
        HttpResponse<byte[]> response = send("GET", API + path, Optional.empty());
        return response.statusCode() == 404 ? Optional.empty() : Optional.of(answer(response));
    }

    JsonNode post(String path) {
        return call("POST", path, Optional.empty());
    }

    JsonNode post(String path, Map<String, ?> body) {
        return call("POST", path, Optional.of(body));
    }

    JsonNode put(String path, Map<String, ?> body) {
        return call("PUT", path, Optional.of(body));
    }

    JsonNode delete(String path) {
        return call("DELETE", path, Optional.empty());
    }

    private JsonNode call(String method, String path, Optional<Map<String, ?>> body) {
        return answer(send(method, API + path, body));
    }

    private JsonNode answer(HttpResponse<byte[]> response) {
        JsonNode answer = parsed(response);
        if (response.statusCode() >= 400) {
            throw refusal(response.statusCode(), answer);
        }
        return answer;
    }

    /** @param why not; empty: it is */
    record Readiness(Optional<String> why) {}

    /** Whether it is ready; needs no key. */
    Readiness ready() {
        HttpResponse<byte[]> response = send("GET", "/ready", Optional.empty());
        JsonNode answer = parsed(response);
        if (response.statusCode() != 200 && !answer.path("code").asText().equals("not-ready")) {
            throw refusal(response.statusCode(), answer);
        }
        return new Readiness(Optional.ofNullable(answer.path("error").textValue()));
    }

    private HttpResponse<byte[]> send(String method, String path, Optional<Map<String, ?>> body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.url().resolve(address.url() + path))
                .timeout(TO_ANSWER)
                .method(
                        method,
                        body.map(json -> BodyPublishers.ofString(Json.write(json)))
                                .orElseGet(BodyPublishers::noBody));
        body.ifPresent(_ -> request.header("Content-Type", "application/json"));
        address.key().ifPresent(key -> request.header("X-API-Key", key));
        try {
            return http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException failed) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE, "cannot reach the node at " + address.url() + ": " + why(failed), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted", interrupted);
        }
    }

    private static String why(IOException failed) {
        return switch (failed) {
            case HttpConnectTimeoutException _ -> "no answer within " + TO_CONNECT.toSeconds() + " s; is the host up?";
            case HttpTimeoutException _ ->
                "it took the request, and did not answer within " + TO_ANSWER.toSeconds() + " s";
            case ConnectException refused
            when refused.getCause() instanceof UnresolvedAddressException -> "no address is known for its name";
            case ConnectException _ ->
                "connection refused; does 'weir run' run there with :admin-api {:enabled true}? --url or -c name another one";
            case SSLException refused ->
                "its certificate is not trusted (" + refused.getMessage() + "); name its authority with --ca-file";
            default -> failed.getMessage() + "; is that the address of an admin API?";
        };
    }

    private JsonNode parsed(HttpResponse<byte[]> response) {
        try {
            JsonNode answer = Json.read(response.body());
            if (answer.isContainerNode()) {
                return answer;
            }
        } catch (IOException foreign) {
            // said below
        }
        throw new CommandFailure(
                ExitCode.UNREACHABLE,
                "what answers at " + address.url() + " is no weir (HTTP " + response.statusCode()
                        + " without JSON): name the node with --url or -c");
    }

    private CommandFailure refusal(int status, JsonNode answer) {
        String said = answer.path("error").asText("HTTP " + status);
        return switch (status) {
            case 401 ->
                new CommandFailure(
                        ExitCode.UNSUPPORTED,
                        "the node at " + address.url() + " wants "
                                + (address.key().isPresent() ? "another key than the one it was shown" : "a key")
                                + ": name its file with --key-file, or its configuration with -c");
            case 403 -> new CommandFailure(ExitCode.UNSUPPORTED, "the node at " + address.url() + " refuses: " + said);
            case 404 -> new CommandFailure(ExitCode.FAILED, said + NearNames.to(answer, this));
            case 400, 422 -> new CommandFailure(ExitCode.USAGE, details(said, answer));
            default -> new CommandFailure(ExitCode.FAILED, said);
        };
    }

    /** One line each. */
    private static List<String> details(String said, JsonNode answer) {
        JsonNode details = answer.path("details");
        return details.size() < 2
                ? List.of(said)
                : details.valueStream()
                        .map(detail -> detail.path("path").asText() + ": "
                                + detail.path("message").asText())
                        .toList();
    }

    /** A path of these segments, whatever stands in them. */
    static String path(String... segments) {
        return Stream.of(segments)
                .map(segment ->
                        URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    /** A path with what there is of a query. */
    static String path(String path, Map<String, Optional<String>> query) {
        String text = query.entrySet().stream()
                .flatMap(field -> field.getValue().stream()
                        .map(value -> field.getKey() + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)))
                .collect(Collectors.joining("&"));
        return text.isEmpty() ? path : path + "?" + text;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
