package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** An OpenAPI document, and what it says of requests and answers. */
final class Contract {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final JsonNode document;
    private final Map<JsonNode, Schema> compiled = new HashMap<>();

    Contract(JsonNode document) {
        this.document = document;
    }

    JsonNode document() {
        return document;
    }

    /** @param template a path with names in braces */
    JsonNode operation(String method, String template) {
        return document.path("paths").path(template).path(method.toLowerCase(Locale.ROOT));
    }

    static JsonNode requestOf(JsonNode operation) {
        return operation.at("/requestBody/content/application~1json/schema");
    }

    /** Of an answer with such a status: the operation's own, or that of errors. */
    JsonNode answerOf(JsonNode operation, int status) {
        JsonNode response = operation.path("responses").path(String.valueOf(status));
        return (response.isMissingNode() ? document.at("/components/responses/Error") : response)
                .at("/content/application~1json/schema");
    }

    void assertFits(JsonNode schema, JsonNode value, String what) {
        Schema whole = compiled.computeIfAbsent(schema, this::compile);
        assertThat(whole.validate(value)).as(what + " " + value).isEmpty();
    }

    private Schema compile(JsonNode schema) {
        assertThat(schema.isObject()).as("a schema: " + schema).isTrue();
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.path("components"));
        return REGISTRY.getSchema(whole);
    }
}
