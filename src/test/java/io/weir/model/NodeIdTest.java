package io.weir.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "lb 1", "lb/1", "lb\n1", "lb-1 ", "löwe"})
    void a_name_with_other_signs_is_refused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new NodeId(name)).withMessageContaining("1 to 64");
    }

    @Test
    void a_name_has_64_signs_at_most() {
        assertThat(new NodeId("x".repeat(64)).name()).hasSize(64);
        assertThatIllegalArgumentException().isThrownBy(() -> new NodeId("x".repeat(65)));
    }
}
