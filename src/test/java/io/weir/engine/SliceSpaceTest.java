package io.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Image.Slice;
import org.junit.jupiter.api.Test;

class SliceSpaceTest {

    private final SliceSpace space = new SliceSpace();

    @Test
    void the_first_gap_that_is_wide_enough_is_taken() {
        space.take(new Slice(0, 10));
        space.take(new Slice(15, 10));

        assertThat(space.find(5)).hasValue(10);
        assertThat(space.find(6)).hasValue(25);
    }

    @Test
    void overlapping_and_touching_slices_are_one() {
        space.take(new Slice(0, 10));
        space.take(new Slice(20, 10));
        space.take(new Slice(5, 15));
        space.take(new Slice(30, 5));

        assertThat(space.find(1)).hasValue(35);
    }

    @Test
    void large_tables_leave_room_for_small_ones() {
        space.take(new Slice(0, SliceSpace.CAPACITY / 2));

        assertThat(space.allows(4099)).isFalse();
        assertThat(space.allows(1021)).isTrue();

        space.take(new Slice(SliceSpace.CAPACITY / 2, SliceSpace.CAPACITY / 4));

        assertThat(space.allows(1021)).isFalse();
        assertThat(space.allows(251)).isTrue();
    }

    @Test
    void nothing_fits_into_what_is_full() {
        space.take(new Slice(0, SliceSpace.CAPACITY - 1));

        assertThat(space.allows(251)).isFalse();
        assertThat(space.find(1)).hasValue(SliceSpace.CAPACITY - 1);
        assertThat(space.find(2)).isEmpty();
    }
}
