package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatchUpTest {

    private long now = 7;
    private Optional<String> outside = Optional.empty();
    private Optional<String> missing = Optional.of("the connections of lb-2 are not drawn yet");

    private CatchUp started(boolean carriesOn) {
        return new CatchUp(carriesOn, () -> now, () -> outside, () -> missing);
    }

    @Test
    void a_node_waits_until_it_knows_all_of_its_peers_and_for_nobody_who_comes_later() {
        CatchUp young = started(false);
        assertThat(young.behind()).hasValue("the connections of lb-2 are not drawn yet");
        missing = Optional.empty();
        assertThat(young.behind()).isEmpty();
        missing = Optional.of("the connections of lb-3 are not drawn yet");
        assertThat(young.behind()).isEmpty();
    }

    @Test
    void a_peer_that_never_comes_to_an_end_does_not_keep_a_node_from_being_ready() {
        CatchUp young = started(false);
        now += CatchUp.PATIENCE.toNanos() - 1;
        assertThat(young.behind()).isPresent();
        now++;
        assertThat(young.behind()).isEmpty();
    }

    @Test
    void a_node_that_takes_no_part_is_not_ready_however_long_that_lasts_unless_it_was_ready_before() {
        CatchUp young = started(false);
        missing = Optional.empty();
        outside = Optional.of("another has its name");
        now += 2 * CatchUp.PATIENCE.toNanos();
        assertThat(young.behind()).hasValue("this node takes no part in the cluster: another has its name");
        assertThat(started(true).behind()).isEmpty();
        outside = Optional.empty();
        assertThat(young.behind()).isEmpty();
        outside = Optional.of("another has its name");
        assertThat(young.behind()).isEmpty();
    }

    @Test
    void a_node_that_goes_on_over_a_data_path_that_was_in_sync_waits_for_nobody() {
        assertThat(started(true).behind()).isEmpty();
    }
}
