package io.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlignmentTest {

    private static final Object A = new Object();
    private static final Object B = new Object();
    private static final Object C = new Object();
    private static final Object D = new Object();

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of("nothing changed", List.of(A, B, C), List.of(A, B, C), new int[] {0, 1, 2}),
                Arguments.of("nothing was there", List.of(), List.of(A, B), new int[] {-1, -1}),
                Arguments.of("all is gone", List.of(A, B), List.of(), new int[] {}),
                Arguments.of("one came last", List.of(A, B), List.of(A, B, C), new int[] {0, 1, -1}),
                Arguments.of("one came first", List.of(A, B), List.of(C, A, B), new int[] {-1, 0, 1}),
                Arguments.of("one left", List.of(A, B, C), List.of(A, C), new int[] {0, 2}),
                Arguments.of("one was replaced", List.of(A, B, C), List.of(A, D, C), new int[] {0, -1, 2}),
                Arguments.of("two changed places", List.of(A, B, C, D), List.of(A, C, B, D), new int[] {0, 2, 1, 3}),
                Arguments.of("one stands twice", List.of(A, B), List.of(A, B, A, B), new int[] {0, 1, -1, -1}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void an_element_has_its_position_of_before(String what, List<?> before, List<?> after, int[] positions) {
        assertThat(Alignment.of(before, after)).as(what).isEqualTo(positions);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void any_two_lists_agree_with_a_search(long seed) {
        Random random = new Random(seed);
        List<Object> all =
                new ArrayList<>(Stream.generate(Object::new).limit(20).toList());
        List<Object> before = List.copyOf(all.subList(0, random.nextInt(20)));
        Collections.shuffle(all, random);
        List<Object> after = List.copyOf(all.subList(0, random.nextInt(20)));

        int[] positions = Alignment.of(before, after);

        assertThat(positions).isEqualTo(after.stream().mapToInt(before::indexOf).toArray());
        Set<Integer> found = new HashSet<>();
        assertThat(IntStream.of(positions).filter(position -> position >= 0).allMatch(found::add))
                .isTrue();
    }
}
