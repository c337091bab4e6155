package io.weir.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.model.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.StreamSupport;

/** The admin API of the weir on a host, as an operator there calls it. */
record Console(Host host) {

    private static final ObjectMapper JSON = new ObjectMapper();

    JsonNode get(String path) {
        return call("GET", path, "");
    }

    JsonNode post(String path, String body) {
        return call("POST", path, body);
    }

    JsonNode delete(String path) {
        return call("DELETE", path, "");
    }

    /** Fails on any refusal. */
    private JsonNode call(String method, String path, String body) {
        String data = body.isEmpty() ? "" : " -H 'Content-Type: application/json' -d '" + body + "'";
        String answer = host.run("curl -gsS --fail-with-body --max-time 10 -X " + method + data
                + " http://127.0.0.1:8081/api/v1/" + path);
        try {
            return JSON.readTree(answer);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The effective weights of the proxy {@code web}. */
    List<Integer> weights() {
        return StreamSupport.stream(get("health/web").path("effective-weights").spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }

    /** Why a target of {@code web} has the weight it has. */
    String reason(int number) {
        return get("health/web").path("targets").path(number - 1).path("reason").asText();
    }

    /** How far the drain of a target of {@code web} is. */
    JsonNode drain(Endpoint target) {
        return get("drains/" + target).path(0);
    }
}
