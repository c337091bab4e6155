package io.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {

    private final List<String> closed = new ArrayList<>();
    private final Parts parts = new Parts();

    @Test
    void the_last_one_opened_is_closed_first_and_each_once() {
        parts.add("data path", closed::add);
        parts.add("engine", closed::add);
        parts.close();
        parts.close();
        assertThat(closed).containsExactly("engine", "data path");
    }

    @Test
    void one_that_cannot_be_closed_keeps_no_other_open() {
        parts.add("data path", closed::add);
        parts.add("engine", part -> {
            throw new IllegalStateException(part);
        });
        parts.add("watch", closed::add);
        assertThatThrownBy(parts::close).hasMessage("engine");
        assertThat(closed).containsExactly("watch", "data path");
    }
}
