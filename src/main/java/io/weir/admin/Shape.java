package io.weir.admin;

import java.lang.reflect.Type;

/** What a body or a parameter looks like. */
sealed interface Shape {

    /** As Jackson writes this type. */
    record OfType(Type type) implements Shape {}

    /** A part of the configuration, by its name in {@code config-schemas.json}. */
    record Config(String name) implements Shape {}

    record ListOf(Shape item) implements Shape {}

    /** An object whose keys are names. */
    record MapOf(Shape value) implements Shape {}

    /** Server-sent events, each with such a view as data. */
    record Events(Shape data) implements Shape {}

    /** Any object. */
    record Anything() implements Shape {}

    static Shape of(Type type) {
        return new OfType(type);
    }

    static Shape listOf(Type type) {
        return new ListOf(of(type));
    }

    static Shape config(String name) {
        return new Config(name);
    }
}
