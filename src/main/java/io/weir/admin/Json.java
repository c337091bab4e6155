package io.weir.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Views as JSON with names in kebab-case, and the JSON of requests as plain trees. */
final class Json {

    /** The deepest configuration nests eight levels. */
    private static final int MAX_DEPTH = 32;

    private static final ObjectMapper MAPPER = mapper();

    private Json() {}

    private static ObjectMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        SimpleModule ours = new SimpleModule();
        ours.addSerializer(Optional.class, new Absent());
        ours.addSerializer(Enum.class, new Constant());
        return JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .addModule(ours)
                .build();
    }

    /** What is not there is null. */
    @SuppressWarnings("rawtypes")
    private static final class Absent extends JsonSerializer<Optional> {
        @Override
        public void serialize(Optional value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            Optional<?> any = value;
            if (any.isPresent()) {
                provider.defaultSerializeValue(any.get(), generator);
            } else {
                generator.writeNull();
            }
        }
    }

    /** {@code HALF_OPEN} is {@code "half-open"}. */
    @SuppressWarnings("rawtypes")
    private static final class Constant extends JsonSerializer<Enum> {
        @Override
        public void serialize(Enum value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(Refusals.kebab((Enum<?>) value));
        }
    }

    static byte[] bytes(Object view) {
        try {
            return MAPPER.writeValueAsBytes(view);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a view that is no JSON: " + view.getClass(), e);
        }
    }

    /** @throws Refusal if it is no JSON */
    static Object plain(byte[] body) {
        try {
            JsonNode read = MAPPER.readTree(body);
            if (read == null || read.isMissingNode()) {
                throw new Refusal(400, "malformed-json", "the body is empty; send JSON");
            }
            return plain(read);
        } catch (JsonProcessingException refused) {
            throw new Refusal(
                    400, "malformed-json", "the body is no JSON: " + refused.getOriginalMessage() + place(refused));
        } catch (IOException refused) {
            throw new Refusal(400, "malformed-json", "the body could not be read");
        }
    }

    private static String place(JsonProcessingException refused) {
        return refused.getLocation() == null
                ? ""
                : " (line " + refused.getLocation().getLineNr() + ", column "
                        + refused.getLocation().getColumnNr() + ")";
    }

    private static Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                node.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                node.forEach(item -> list.add(plain(item)));
                yield list;
            }
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> node.numberValue();
            default -> Optional.empty();
        };
    }

    /** A tree of {@link ConfigCodec} as JSON. */
    static JsonNode node(Object tree) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (tree) {
            case Map<?, ?> map -> {
                ObjectNode object = nodes.objectNode();
                map.forEach((key, value) -> object.set(String.valueOf(key), node(value)));
                yield object;
            }
            case List<?> list -> {
                ArrayNode array = nodes.arrayNode();
                list.forEach(item -> array.add(node(item)));
                yield array;
            }
            case Optional<?> optional -> optional.map(Json::node).orElseGet(nodes::nullNode);
            case Integer number -> nodes.numberNode(number);
            case Long number -> nodes.numberNode(number);
            case Double number -> nodes.numberNode(number);
            case Boolean flag -> nodes.booleanNode(flag);
            default -> nodes.textNode(tree.toString());
        };
    }
}
