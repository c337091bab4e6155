package io.weir.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.admin.Refusal.ErrorView;
import io.weir.admin.Route.Access;
import io.weir.admin.Route.Parameter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The OpenAPI 3.1 document of a table of routes. */
final class OpenApi {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Schemas schemas = new Schemas();

    private OpenApi() {}

    static ObjectNode of(List<Route> routes, String version) {
        return new OpenApi().document(routes, version);
    }

    private ObjectNode document(List<Route> routes, String version) {
        ObjectNode document = NODES.objectNode();
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Weir admin API")
                .put("version", version)
                .put(
                        "description",
                        "Every answer from 400 on has the shape Error. Keys are those of the configuration file.")
                .putObject("license")
                .put("name", "Apache-2.0")
                .put("identifier", "Apache-2.0");
        document.putArray("servers").addObject().put("url", "/");
        ObjectNode paths = document.putObject("paths");
        routes.forEach(route -> paths.withObjectProperty(route.path())
                .set(route.method().name().toLowerCase(Locale.ROOT), operation(route)));
        JsonNode error = schemas.of(Shape.of(ErrorView.class));
        ObjectNode components = document.putObject("components");
        components.set("schemas", schemas.components());
        components
                .putObject("responses")
                .set("Error", response("What was refused, and why", error, "application/json"));
        ObjectNode keys = components.putObject("securitySchemes");
        keys.putObject("key").put("type", "apiKey").put("in", "header").put("name", "X-API-Key");
        keys.putObject("bearer").put("type", "http").put("scheme", "bearer");
        document.putArray("tags").addAll(tags(routes));
        return document;
    }

    private static List<JsonNode> tags(List<Route> routes) {
        return routes.stream()
                .map(OpenApi::tag)
                .distinct()
                .map(tag -> (JsonNode) NODES.objectNode().put("name", tag))
                .toList();
    }

    private static String tag(Route route) {
        return route.path().startsWith(Route.API) ? route.path().split("/")[3].replace(".json", "") : "probes";
    }

    private ObjectNode operation(Route route) {
        ObjectNode operation = NODES.objectNode();
        operation.put("operationId", name(route)).put("summary", route.summary());
        operation.putArray("tags").add(tag(route));
        if (!route.parameters().isEmpty()) {
            operation
                    .putArray("parameters")
                    .addAll(route.parameters().stream().map(this::parameter).toList());
        }
        route.request().ifPresent(shape -> {
            ObjectNode body = operation.putObject("requestBody").put("required", true);
            body.putObject("content").putObject("application/json").set("schema", schemas.of(shape));
        });
        ObjectNode responses = operation.putObject("responses");
        String type = route.response() instanceof Shape.Events ? "text/event-stream" : "application/json";
        responses.set(String.valueOf(route.status()), response("Done", schemas.of(route.response()), type));
        responses.putObject("default").put("$ref", "#/components/responses/Error");
        if (route.access() == Access.ANYONE) {
            operation.putArray("security");
        } else {
            operation.putArray("security").add(needs("key")).add(needs("bearer"));
            operation.put("x-needs-full-key", route.access() == Access.WRITE);
        }
        return operation;
    }

    private static ObjectNode needs(String scheme) {
        ObjectNode requirement = NODES.objectNode();
        requirement.putArray(scheme);
        return requirement;
    }

    private JsonNode parameter(Parameter parameter) {
        return NODES.objectNode()
                .put("name", parameter.name())
                .put("in", parameter.in())
                .put("required", parameter.in().equals("path"))
                .put("description", parameter.meaning())
                .set("schema", schemas.of(parameter.shape()));
    }

    private static ObjectNode response(String description, JsonNode schema, String type) {
        ObjectNode response = NODES.objectNode().put("description", description);
        response.putObject("content").putObject(type).set("schema", schema);
        return response;
    }

    /** {@code DELETE /api/v1/proxies/{name}} is {@code deleteProxiesName}. */
    private static String name(Route route) {
        String path = route.path().startsWith(Route.API)
                ? route.path().substring(Route.API.length())
                : "probe" + route.path();
        return route.method().name().toLowerCase(Locale.ROOT)
                + Stream.of(path.split("[^A-Za-z0-9]+"))
                        .filter(word -> !word.isEmpty())
                        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                        .collect(Collectors.joining());
    }
}
