package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapWatchTest {

    @ParameterizedTest
    @CsvSource({
        "31, 0, false", // small
        "33, 0, true",
        "33, 16, true",
        "39, 20, false", // more than half of it was in use
        "41, 20, true",
        "90, 60, false"
    })
    void a_collection_is_due_when_half_of_what_is_not_small_may_be_garbage(long used, long left, boolean due) {
        assertThat(HeapWatch.isDue(used << 20, left << 20)).isEqualTo(due);
    }
}
