package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A transition table as text: a header of events, then a row for each state that begins with its name. Columns are parted
 * by two spaces or more. A cell says the next state, or {@code refused}.
 */
record Matrix(String text) {

    static final String REFUSED = "refused";

    /** Runs each pair: {@code outcome} is given a state and an event and says what a cell says. */
    void check(BiFunction<String, String, String> outcome) {
        List<List<String>> rows = text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> Arrays.asList(line.strip().split(" {2,}")))
                .toList();
        List<String> events = rows.getFirst().subList(1, rows.getFirst().size());
        for (List<String> row : rows.subList(1, rows.size())) {
            assertThat(row).as("a cell for each event").hasSize(events.size() + 1);
            for (int i = 0; i < events.size(); i++) {
                assertThat(outcome.apply(row.getFirst(), events.get(i)))
                        .as("%s, %s", row.getFirst(), events.get(i))
                        .isEqualTo(row.get(i + 1));
            }
        }
    }

    /** How a cell tells a transition. */
    static <S> String cell(Transition<S> transition, S before, Function<S, String> name) {
        return switch (transition.outcome()) {
            case REFUSED -> {
                assertThat(transition.state()).isEqualTo(before);
                assertThat(transition.why()).isNotEmpty();
                yield REFUSED;
            }
            case CHANGED -> {
                assertThat(transition.why()).isNotEmpty();
                yield name.apply(transition.state());
            }
            case STAYED -> {
                assertThat(transition.why()).isEmpty();
                assertThat(name.apply(transition.state())).isEqualTo(name.apply(before));
                yield name.apply(transition.state());
            }
        };
    }
}
