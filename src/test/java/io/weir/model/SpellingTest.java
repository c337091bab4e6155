package io.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpellingTest {

    @ParameterizedTest
    @CsvSource({
        "port, port, 0",
        "prot, port, 1",
        "prt, port, 1",
        "ports, port, 1",
        "pork, port, 1",
        "'', port, 4",
        "kitten, sitting, 3"
    })
    void edits_are_counted_with_swapped_neighbours_as_one(String from, String to, int edits) {
        assertThat(Spelling.edits(from, to)).isEqualTo(edits);
        assertThat(Spelling.edits(to, from)).isEqualTo(edits);
    }

    @ParameterizedTest
    @CsvSource({
        "prot, port",
        "protocol, protocols",
        "timeout, connection-timeout-sec",
        "PORT, port",
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz, port"
    })
    void the_nearest_key_is_the_one_that_was_meant(String written, String meant) {
        assertThat(Spelling.nearest(written, List.of("port", "protocols", "connection-timeout-sec")))
                .isEqualTo(meant);
    }
}
