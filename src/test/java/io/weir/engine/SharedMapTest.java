package io.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SharedMapTest {

    private final Random random = new Random(4099);

    @Test
    void changed_copies_hold_what_a_plain_map_would_and_leave_the_one_before_alone() {
        SharedMap<Integer, String> shared = SharedMap.empty();
        Map<Integer, String> plain = new HashMap<>();
        for (int round = 0; round < 200; round++) {
            SharedMap<Integer, String> before = shared;
            Map<Integer, String> plainBefore = Map.copyOf(plain);
            shared = changed(shared, plain);

            assertThat(shared).isEqualTo(plain).hasSameSizeAs(plain);
            assertThat(before).isEqualTo(plainBefore);
        }
    }

    @Test
    void what_two_do_not_share_holds_every_difference() {
        SharedMap<Integer, String> before = SharedMap.empty();
        for (int round = 0; round < 200; round++) {
            SharedMap<Integer, String> after = changed(before, new HashMap<>());
            Map<Integer, String> rest = SharedMap.without(after, before);
            for (Map.Entry<Integer, String> entry : after.entrySet()) {
                if (!entry.getValue().equals(before.get(entry.getKey()))) {
                    assertThat(rest).contains(entry);
                }
            }
            before = after;
        }
    }

    @Test
    void a_copy_in_which_nothing_is_different_is_the_one_before() {
        SharedMap<Integer, String> before = SharedMap.copyOf(Map.of(1, "one", 2, "two"));
        SharedMap.Edit<Integer, String> edit = before.edit();
        edit.put(1, "one");
        edit.remove(3);

        assertThat(edit.done()).isSameAs(before);
        assertThat(SharedMap.without(before, before)).isEmpty();
    }

    @Test
    void one_change_among_ten_thousand_shares_nearly_all() {
        Map<Integer, String> all = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            all.put(i, "same");
        }
        SharedMap<Integer, String> before = SharedMap.copyOf(all);
        SharedMap.Edit<Integer, String> edit = before.edit();
        edit.put(77, "other");

        assertThat(SharedMap.without(edit.done(), before))
                .containsEntry(77, "other")
                .hasSizeLessThan(100);
    }

    private SharedMap<Integer, String> changed(SharedMap<Integer, String> before, Map<Integer, String> plain) {
        SharedMap.Edit<Integer, String> edit = before.edit();
        for (int i = random.nextInt(8); i >= 0; i--) {
            int key = random.nextInt(3_000);
            if (random.nextBoolean()) {
                String value = "value " + random.nextInt(3);
                edit.put(key, value);
                plain.put(key, value);
            } else {
                edit.remove(key);
                plain.remove(key);
            }
        }
        return edit.done();
    }
}
