package io.weir.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** A client of the admin API in the namespace of the thread that made it, by one connection that stays. */
final class AdminCalls implements AutoCloseable {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * A request.
     *
     * @param path after /api/v1/
     * @param body JSON, or empty
     */
    record Call(String method, String path, String body) {}

    /** Sends it; the answer comes when it comes. */
    CompletableFuture<HttpResponse<String>> send(Call call) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:8081/api/v1/" + call.path()))
                .header("Content-Type", "application/json")
                .method(call.method(), BodyPublishers.ofString(call.body()))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    /** Sends it and waits; what was answered. */
    String ask(Call call) throws IOException {
        return require(call, send(call).join());
    }

    static String require(Call call, HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(call.method() + " " + call.path() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() {
        client.close();
    }
}
