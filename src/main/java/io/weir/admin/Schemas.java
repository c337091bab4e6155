package io.weir.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** JSON schemas (2020-12, as OpenAPI 3.1 has them) of shapes; collects those that have a name. */
final class Schemas {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final PropertyNamingStrategies.KebabCaseStrategy KEBAB =
            new PropertyNamingStrategies.KebabCaseStrategy();

    private final JsonNode configParts = configParts();
    private final Map<String, JsonNode> components = new TreeMap<>();
    private final Map<String, Class<?>> views = new HashMap<>();

    private static JsonNode configParts() {
        try (InputStream resource =
                Objects.requireNonNull(Schemas.class.getResourceAsStream("config-schemas.json"), "is packed with it")) {
            return new ObjectMapper().readTree(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that were referred to so far, by name. */
    ObjectNode components() {
        ObjectNode all = NODES.objectNode();
        components.forEach(all::set);
        return all;
    }

    ObjectNode of(Shape shape) {
        return switch (shape) {
            case Shape.OfType(Type type) -> of(type);
            case Shape.Config(String name) -> config(name);
            case Shape.ListOf(Shape item) -> array(of(item));
            case Shape.MapOf(Shape value) -> map(of(value));
            case Shape.Events(Shape data) -> of(data);
            case Shape.Anything _ -> type("object");
        };
    }

    private ObjectNode config(String name) {
        // They refer to each other: when one is named, all are.
        configParts.properties().forEach(part -> components.putIfAbsent(part.getKey(), part.getValue()));
        if (!components.containsKey(name)) {
            throw new IllegalArgumentException("config-schemas.json has no " + name);
        }
        return reference(name);
    }

    private ObjectNode of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return type("string");
        }
        if (plain == int.class || plain == long.class || plain == Integer.class || plain == Long.class) {
            return type("integer");
        }
        if (plain == double.class || plain == Double.class) {
            return type("number");
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return type("boolean");
        }
        if (plain.isEnum()) {
            return constants(plain);
        }
        if (plain.isRecord()) {
            return named(plain);
        }
        throw new IllegalArgumentException("views have no " + plain);
    }

    private ObjectNode generic(ParameterizedType type) {
        Class<?> raw = (Class<?>) type.getRawType();
        Type[] arguments = type.getActualTypeArguments();
        if (Collection.class.isAssignableFrom(raw)) {
            return array(of(arguments[0]));
        }
        if (Map.class.isAssignableFrom(raw)) {
            return map(of(arguments[1]));
        }
        if (raw == Optional.class) {
            ObjectNode either = NODES.objectNode();
            either.putArray("anyOf").add(of(arguments[0])).add(type("null"));
            return either;
        }
        throw new IllegalArgumentException("views have no " + type);
    }

    private ObjectNode named(Class<?> view) {
        String name = name(view);
        Class<?> known = views.putIfAbsent(name, view);
        if (known != null && known != view) {
            throw new IllegalArgumentException("two views are called " + name);
        }
        if (known == null) {
            components.put(name, NODES.objectNode()); // a view may hold others of its own kind
            components.put(name, object(view));
        }
        return reference(name);
    }

    /** A view is called as what it shows, unless that is a part of the configuration too. */
    private String name(Class<?> view) {
        String shown = view.getSimpleName().replaceFirst("View$", "");
        return configParts.has(shown) ? view.getSimpleName() : shown;
    }

    private ObjectNode object(Class<?> view) {
        ObjectNode schema = type("object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        for (RecordComponent component : view.getRecordComponents()) {
            String name = KEBAB.translate(component.getName());
            ConfigShape part = component.getAnnotation(ConfigShape.class);
            properties.set(name, part == null ? of(component.getGenericType()) : config(part.value()));
            required.add(name);
        }
        return schema.put("additionalProperties", false);
    }

    private static ObjectNode constants(Class<?> type) {
        ObjectNode schema = type("string");
        ArrayNode names = schema.putArray("enum");
        Arrays.stream(type.getEnumConstants()).forEach(constant -> names.add(Refusals.kebab((Enum<?>) constant)));
        return schema;
    }

    private static ObjectNode array(JsonNode items) {
        return type("array").set("items", items);
    }

    private static ObjectNode map(JsonNode values) {
        return type("object").set("additionalProperties", values);
    }

    private static ObjectNode type(String name) {
        return NODES.objectNode().put("type", name);
    }

    private static ObjectNode reference(String name) {
        return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
    }
}
