package io.weir.config;

import io.weir.model.Spelling;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A map of the file whose keys are taken one by one; what was not taken by {@link #close} is unknown. */
final class Section {

    private final Value whole;
    private final Map<String, Value> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    private Section(Value whole) {
        this.whole = whole;
    }

    /** Opens a map; anything else is an error and nothing. */
    static Optional<Section> open(Value value, String allowed) {
        if (!(value.edn() instanceof Edn.Table table)) {
            return value.refuseFor(allowed);
        }
        Section section = new Section(value);
        table.entries().forEach(section::add);
        return Optional.of(section);
    }

    private void add(Edn.Entry entry) {
        if (!(entry.key() instanceof Edn.Word key)) {
            whole.findings()
                    .add(
                            whole.path(),
                            entry.key().line(),
                            "found " + entry.key().description() + " as a key; keys are keywords such as :port");
            return;
        }
        Value value = whole.at(key.name(), entry.value());
        Value earlier = entries.putIfAbsent(key.name(), value);
        if (earlier != null) {
            value.findings()
                    .add(
                            value.path(),
                            key.line(),
                            "the key :" + Excerpt.of(key.name()) + " is there twice, first " + earlier.place());
        }
    }

    String path() {
        return whole.path();
    }

    /** nil means not written. */
    private Optional<Value> written(String key) {
        return Optional.ofNullable(entries.get(key)).filter(value -> !(value.edn() instanceof Edn.Nil));
    }

    boolean has(String key) {
        return written(key).isPresent();
    }

    /** A key that may be missing; nil means the same. */
    <T> Optional<T> maybe(String key, Kind<T> kind) {
        known.add(key);
        return written(key).flatMap(kind::read);
    }

    /** A key with a default; after an error the default stands in, so that the rest can be looked at. */
    <T> T optional(String key, Kind<T> kind, T fallback) {
        return maybe(key, kind).orElse(fallback);
    }

    /** A key that may be missing, and then says what another section says; nil says nothing. */
    <T> Optional<T> inherited(String key, Kind<T> kind, Optional<T> fallback) {
        Optional<T> own = maybe(key, kind);
        return entries.containsKey(key) ? own : fallback;
    }

    /** A key that must be there. */
    <T> Optional<T> required(String key, Kind<T> kind, String allowed) {
        if (!has(key)) {
            known.add(key);
            return whole.at(key, whole.edn()).refuse("is missing; " + allowed);
        }
        return maybe(key, kind);
    }

    <T> Optional<T> refuse(String message) {
        return whole.refuse(message);
    }

    /** Refuses at a key that was written, or at the whole where it was not. */
    <T> Optional<T> refuse(String key, String message) {
        return written(key).orElseGet(() -> whole.at(key, whole.edn())).refuse(message);
    }

    /** Says which keys nobody knows. */
    void close() {
        entries.forEach((key, value) -> {
            if (!known.contains(key)) {
                value.refuse("unknown key :" + Excerpt.of(key) + "; the nearest known key is :"
                        + Spelling.nearest(key, known));
            }
        });
    }
}
