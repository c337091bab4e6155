package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The OpenAPI document against what the server does. */
class ContractTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private final Rig rig = new Rig();
    private final JsonNode document = Rig.json(rig.get("/api/v1/openapi.json"));
    private final Contract contract = new Contract(document);

    @AfterEach
    void stop() {
        rig.close();
    }

    /** A request and what it is answered with; together they use every route. */
    record Call(String method, String template, String path, String body, int status) {}

    private static final List<Call> CALLS = calls();

    private static List<Call> calls() {
        String target = "{\"ip\": \"10.0.0.9\", \"port\": 80}";
        String api = "/api/v1/";
        return List.of(
                new Call("GET", "/health", "/health", "", 200),
                new Call("GET", "/ready", "/ready", "", 200),
                new Call("GET", api + "status", api + "status", "", 200),
                new Call("GET", api + "access", api + "access", "", 200),
                new Call("GET", api + "events/recent", api + "events/recent", "", 200),
                new Call("GET", api + "traffic", api + "traffic", "", 200),
                new Call("GET", api + "config", api + "config", "", 200),
                new Call("POST", api + "reload", api + "reload", "", 200),
                new Call(
                        "POST",
                        api + "config",
                        api + "config?dry-run=true",
                        "{\"proxies\": [{\"name\": \"web\", \"listen\": {\"interfaces\": [\"eth0\"], \"port\": 80},"
                                + " \"default-target\": " + target + "}]}",
                        200),
                new Call("GET", api + "openapi.json", api + "openapi.json", "", 200),
                new Call("GET", api + "health", api + "health", "", 200),
                new Call("GET", api + "health/{proxy}", api + "health/web", "", 200),
                new Call(
                        "PUT",
                        api + "health/{proxy}/{target}",
                        api + "health/web/10.0.0.1:8080",
                        "{\"status\": \"unhealthy\"}",
                        200),
                new Call(
                        "POST", api + "health/{proxy}/{target}/check", api + "health/web/10.0.0.1:8080/check", "", 200),
                new Call(
                        "POST",
                        api + "checks",
                        api + "checks",
                        "{\"target\": \"127.0.0.1:1\", \"type\": \"http\", \"path\": \"/\", \"timeout-ms\": 100,"
                                + " \"expected-codes\": [200]}",
                        200),
                new Call("GET", api + "latencies", api + "latencies", "", 200),
                new Call("GET", api + "dns", api + "dns", "", 200),
                new Call("POST", api + "dns/{hostname}/resolve", api + "dns/app.example/resolve", "", 200),
                new Call("POST", api + "drains", api + "drains", "{\"target\": \"10.0.0.1:8080\"}", 201),
                new Call("GET", api + "drains", api + "drains", "", 200),
                new Call("GET", api + "drains/{target}", api + "drains/10.0.0.1:8080", "", 200),
                new Call("DELETE", api + "drains/{target}", api + "drains/10.0.0.1:8080", "", 200),
                new Call("POST", api + "circuits/{target}/open", api + "circuits/10.0.0.2:8080/open", "", 200),
                new Call("GET", api + "circuits", api + "circuits", "", 200),
                new Call("POST", api + "circuits/{target}/close", api + "circuits/10.0.0.2:8080/close", "", 200),
                new Call("POST", api + "circuits/{target}/reset", api + "circuits/10.0.0.2:8080/reset", "", 200),
                new Call("GET", api + "connections", api + "connections?limit=1", "", 200),
                new Call("GET", api + "connections/count", api + "connections/count?protocol=tcp", "", 200),
                new Call("GET", api + "connections/stats", api + "connections/stats", "", 200),
                new Call("DELETE", api + "connections", api + "connections?client=198.51.100.0/24", "", 200),
                new Call("GET", api + "lb", api + "lb", "", 200),
                new Call("POST", api + "lb/update", api + "lb/update", "", 200),
                new Call("GET", api + "cluster/status", api + "cluster/status", "", 200),
                new Call("GET", api + "cluster/nodes", api + "cluster/nodes", "", 200),
                new Call("GET", api + "cluster/sync", api + "cluster/sync", "", 200),
                new Call("POST", api + "cluster/sync", api + "cluster/sync", "", 200),
                new Call(
                        "POST",
                        api + "cluster/broadcast",
                        api + "cluster/broadcast",
                        "{\"proxy\": \"web\", \"target\": \"10.0.0.1:8080\", \"fact\": \"unhealthy\", \"why\": \"disk\"}",
                        200),
                new Call(
                        "POST",
                        api + "rate-limits/source",
                        api + "rate-limits/source",
                        "{\"requests-per-sec\": 100, \"burst\": 200}",
                        200),
                new Call(
                        "POST",
                        api + "rate-limits/backend",
                        api + "rate-limits/backend",
                        "{\"requests-per-sec\": 1000, \"burst\": 1}",
                        200),
                new Call("GET", api + "rate-limits", api + "rate-limits", "", 200),
                new Call("DELETE", api + "rate-limits", api + "rate-limits", "", 200),
                new Call("PUT", api + "statistics", api + "statistics", "{\"enabled\": true}", 200),
                new Call("GET", api + "interfaces", api + "interfaces", "", 200),
                new Call("POST", api + "interfaces", api + "interfaces", "{\"interfaces\": [\"eth1\"]}", 200),
                new Call("DELETE", api + "interfaces/{name}", api + "interfaces/eth1", "", 200),
                new Call("GET", api + "proxies", api + "proxies", "", 200),
                new Call("GET", api + "proxies/{name}", api + "proxies/web", "", 200),
                new Call(
                        "POST",
                        api + "proxies",
                        api + "proxies",
                        "{\"name\": \"a\", \"listen\": {\"interfaces\": [\"eth0\"], \"port\": 9}, \"default-target\": "
                                + target + "}",
                        201),
                new Call("PUT", api + "proxies/{name}/targets", api + "proxies/a/targets", "[" + target + "]", 200),
                new Call("DELETE", api + "proxies/{name}", api + "proxies/a", "", 200),
                new Call("GET", api + "proxies/{name}/routes", api + "proxies/web/routes", "", 200),
                new Call(
                        "POST",
                        api + "proxies/{name}/routes",
                        api + "proxies/web/routes",
                        "{\"source\": \"10.0.0.0/8\", \"target\": " + target + "}",
                        201),
                new Call(
                        "PUT",
                        api + "proxies/{name}/routes/{source}/targets",
                        api + "proxies/web/routes/10.0.0.0%2F8/targets",
                        target,
                        200),
                new Call(
                        "DELETE",
                        api + "proxies/{name}/routes/{source}",
                        api + "proxies/web/routes/10.0.0.0%2F8",
                        "",
                        200),
                new Call("GET", api + "proxies/{name}/sni-routes", api + "proxies/web/sni-routes", "", 200),
                new Call(
                        "POST",
                        api + "proxies/{name}/sni-routes",
                        api + "proxies/web/sni-routes",
                        "{\"sni-hostname\": \"a.example\", \"target\": " + target + "}",
                        422),
                new Call(
                        "DELETE",
                        api + "proxies/{name}/sni-routes/{hostname}",
                        api + "proxies/web/sni-routes/a.example",
                        "",
                        422));
    }

    @Test
    void every_route_is_described_and_every_answer_has_its_schema() {
        Set<String> unused = new HashSet<>(described());
        rig.flows.add(3);
        rig.cluster.join();
        for (Call call : CALLS) {
            assertThat(unused.remove(call.method() + " " + call.template()))
                    .as(call.toString())
                    .isTrue();
            Optional<String> body = Optional.of(call.body()).filter(text -> !text.isEmpty());
            HttpResponse<String> response = rig.send(call.method(), call.path(), body);
            assertThat(response.statusCode()).as(call + response.body()).isEqualTo(call.status());
            JsonNode operation = contract.operation(call.method(), call.template());
            body.ifPresent(json -> contract.assertFits(Contract.requestOf(operation), parse(json), call.toString()));
            contract.assertFits(
                    contract.answerOf(operation, response.statusCode()), Rig.json(response), call.toString());
        }
        assertThat(unused).containsExactly("GET /api/v1/events"); // a stream without an end: EventsTest
    }

    /** Those of the table, whatever the document says. */
    @Test
    void the_document_has_the_routes_of_the_table() {
        List<String> table = rig.table().routes().stream()
                .map(route -> route.method() + " " + route.path())
                .toList();
        assertThat(described()).containsExactlyInAnyOrderElementsOf(table);
    }

    /** What is refused in this version stands nowhere. */
    @Test
    void each_path_stands_in_the_readme_and_each_of_the_readme_is_there() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String table =
                readme.substring(readme.indexOf("\n| path, after `/api/v1` |"), readme.indexOf("\n`GET /health` says"));
        List<String> documented = new ArrayList<>();
        for (String row : table.strip().lines().skip(2).toList()) {
            Pattern.compile("`(?:…)?(/[^`]*)`")
                    .matcher(row.split("\\|")[1])
                    .results()
                    .forEach(path -> documented.add(
                            path.group().contains("…") // another end of the one before
                                    ? documented.getLast().replaceFirst("/[^/]*$", path.group(1))
                                    : path.group(1)));
        }
        assertThat(rig.table().routes().stream()
                        .map(Route::path)
                        .filter(path -> path.startsWith(Route.API) && !path.contains("sni-routes"))
                        .map(path -> "/" + path.substring(Route.API.length()))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void a_refusal_has_the_schema_of_errors() {
        JsonNode schema = contract.answerOf(contract.operation("GET", "/api/v1/status"), 404);
        for (String path : List.of("/api/v1/none", "/api/v1/proxies/none")) {
            contract.assertFits(schema, Rig.json(rig.get(path)), path);
        }
        contract.assertFits(schema, Rig.json(rig.post("/api/v1/proxies", "{}")), "{}");
    }

    /** What a linter would ask of a document. */
    @Test
    void the_document_is_tidy() {
        assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
        Set<String> names = new HashSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    JsonNode operation = method.getValue();
                    String name = method.getKey() + " " + path.getKey();
                    assertThat(names.add(operation.path("operationId").asText()))
                            .as(name)
                            .isTrue();
                    assertThat(operation.path("summary").asText())
                            .as(name)
                            .isNotBlank()
                            .doesNotEndWith(".");
                    assertThat(operation.path("tags")).as(name).hasSize(1);
                    assertThat(operation.path("responses").has("default"))
                            .as(name)
                            .isTrue();
                    List<String> inPath = Stream.of(path.getKey().split("/"))
                            .filter(segment -> segment.startsWith("{"))
                            .map(segment -> segment.substring(1, segment.length() - 1))
                            .toList();
                    assertThat(operation.path("parameters"))
                            .filteredOn(
                                    parameter -> parameter.path("in").asText().equals("path"))
                            .as(name)
                            .extracting(parameter -> parameter.path("name").asText())
                            .containsExactlyElementsOf(inPath);
                }));
        document.findValuesAsText("$ref")
                .forEach(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    static Stream<Path> examples() throws IOException {
        return Files.list(Path.of("cluster-config"))
                .filter(file -> file.toString().endsWith(".edn"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void the_schema_of_configurations_takes_the_examples(Path file) {
        JsonNode json = Json.node(new io.weir.FileCodec().tree(io.weir.config.ConfigFile.load(file)));
        ObjectNode schema = MAPPER.createObjectNode().put("$ref", "#/components/schemas/Configuration");
        contract.assertFits(schema, json, file.toString());
    }

    private Set<String> described() {
        Set<String> all = new HashSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> all.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        return all;
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
