package io.weir.config;

import java.util.AbstractList;
import java.util.List;
import java.util.Optional;

/** A value of the document at its path: what decoders read from and complain about. */
record Value(Edn edn, String path, Findings findings) {

    /** Adds an error here; returns nothing, so that a decoder can end with it. */
    <T> Optional<T> refuse(String message) {
        findings.add(path, edn.line(), message);
        return Optional.empty();
    }

    /** Refuses what was found. */
    <T> Optional<T> refuseFor(String allowed) {
        return refuse("found " + edn.description() + "; " + allowed);
    }

    /** The name of a keyword. JSON has none: there a string stands for it. */
    Optional<String> word() {
        return switch (edn) {
            case Edn.Word word -> Optional.of(word.name());
            case Edn.Text text when text.line() == Edn.NO_LINE -> Optional.of(text.value());
            default -> Optional.empty();
        };
    }

    /** Where it stands, for people. */
    String place() {
        return edn.line() == Edn.NO_LINE ? "as " + path : "on line " + edn.line();
    }

    /** The items of a vector, each with its path; an error and nothing for anything else. */
    Optional<List<Value>> items(String allowed) {
        return edn instanceof Edn.Vector vector ? Optional.of(new Items(vector.items())) : refuseFor(allowed);
    }

    /** Makes paths when they are asked for: a large file has many values and few errors. */
    private final class Items extends AbstractList<Value> {
        private final List<Edn> values;

        Items(List<Edn> values) {
            this.values = values;
        }

        @Override
        public Value get(int index) {
            return new Value(values.get(index), Paths.item(path, index), findings);
        }

        @Override
        public int size() {
            return values.size();
        }
    }

    Value at(String key, Edn below) {
        return new Value(below, Paths.key(path, key), findings);
    }
}
