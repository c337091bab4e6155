package io.weir.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;

/** Records as JSON, with the names in kebab-case as the configuration has them. */
final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private Json() {}

    static String write(Object view) {
        try {
            return MAPPER.writeValueAsString(view);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a view that is no JSON: " + view, e);
        }
    }

    /** On one line. */
    static String line(JsonNode view) {
        return view.toString();
    }

    /** As maps, lists and plain values. */
    static Map<?, ?> map(JsonNode object) {
        return MAPPER.convertValue(object, Map.class);
    }

    /** @throws IOException if it is none */
    static JsonNode read(byte[] text) throws IOException {
        return MAPPER.readTree(text);
    }
}
