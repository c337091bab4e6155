package io.weir.config;

import java.util.List;
import java.util.Optional;

/** A value of an EDN document with the line it begins on. Maps keep their order and their duplicate keys. */
sealed interface Edn {

    /** Of what did not come from a file. */
    int NO_LINE = 0;

    int line();

    /** How an error names it: what it is, and the value where it is short. */
    String description();

    record Text(String value, int line) implements Edn {
        @Override
        public String description() {
            return "the string \"" + Excerpt.of(value) + "\"";
        }
    }

    record Whole(long value, int line) implements Edn {
        @Override
        public String description() {
            return "the number " + value;
        }
    }

    record Fraction(double value, int line) implements Edn {
        @Override
        public String description() {
            return "the number " + value;
        }
    }

    record Flag(boolean value, int line) implements Edn {
        @Override
        public String description() {
            return Boolean.toString(value);
        }
    }

    /** A keyword; its name is kept without the colon. */
    record Word(String name, int line) implements Edn {
        @Override
        public String description() {
            return "the keyword :" + Excerpt.of(name);
        }
    }

    record Nil(int line) implements Edn {
        @Override
        public String description() {
            return "nil";
        }
    }

    record Vector(List<Edn> items, int line) implements Edn {
        public Vector {
            items = List.copyOf(items);
        }

        @Override
        public String description() {
            return "a vector";
        }
    }

    record Table(List<Entry> entries, int line) implements Edn {
        public Table {
            entries = List.copyOf(entries);
        }

        /** The first value of a keyword. */
        Optional<Edn> find(String key) {
            return entries.stream()
                    .filter(entry ->
                            entry.key() instanceof Word word && word.name().equals(key))
                    .map(Entry::value)
                    .findFirst();
        }

        @Override
        public String description() {
            return "a map";
        }
    }

    record Entry(Edn key, Edn value) {}

    /** Good EDN that no configuration uses: sets, lists, tagged literals, symbols, characters, huge numbers. */
    record Foreign(String description, int line) implements Edn {}
}
