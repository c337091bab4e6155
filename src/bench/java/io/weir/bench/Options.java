package io.weir.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Words of the command line, options taken out of them one after the other. */
final class Options {

    private final List<String> words;

    Options(String... words) {
        this.words = new ArrayList<>(List.of(words));
    }

    /** What was wrong. */
    static final class Usage extends RuntimeException {
        private static final long serialVersionUID = 1;

        Usage(String why) {
            super(why);
        }
    }

    boolean flag(String option) {
        return words.removeIf(option::equals);
    }

    int number(String option, int otherwise) {
        List<String> value = value(option, "a number");
        if (value.isEmpty()) {
            return otherwise;
        }
        if (!value.getFirst().matches("[0-9]{1,6}")) {
            throw new Usage(option + " takes a number");
        }
        return Integer.parseInt(value.getFirst());
    }

    /** All that are known, in their order, unless it says which. */
    Set<String> choice(String option, List<String> known) {
        String names = String.join(",", known);
        List<String> value = value(option, "some of " + names);
        if (value.isEmpty()) {
            return new LinkedHashSet<>(known);
        }
        List<String> chosen = Arrays.asList(value.getFirst().split(","));
        if (!known.containsAll(chosen)) {
            throw new Usage(option + " takes some of " + names);
        }
        return new LinkedHashSet<>(known.stream().filter(chosen::contains).toList());
    }

    /** Empty: the option is not there. */
    private List<String> value(String option, String what) {
        int place = words.indexOf(option);
        if (place < 0) {
            return List.of();
        }
        if (place + 1 == words.size()) {
            throw new Usage(option + " takes " + what);
        }
        words.remove(place);
        return List.of(words.remove(place));
    }

    /** What was no option. */
    List<String> rest() {
        return List.copyOf(words);
    }
}
