package io.weir.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cluster.Solitude.Word;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SolitudeTest {

    private static final long START = -5;

    private final Solitude solitude = new Solitude(Duration.ofNanos(100), START);

    @Test
    void a_node_that_finds_nobody_says_so_once_when_that_has_lasted_and_when_it_is_over() {
        assertThat(solitude.look(true, START + 99)).isEqualTo(Word.NONE);
        assertThat(solitude.lasts()).isFalse();
        assertThat(solitude.look(true, START + 100)).isEqualTo(Word.ALONE);
        assertThat(solitude.look(true, START + 1000)).isEqualTo(Word.NONE);
        assertThat(solitude.lasts()).isTrue();
        assertThat(solitude.look(false, START + 1001)).isEqualTo(Word.OVER);
        assertThat(solitude.look(false, START + 1002)).isEqualTo(Word.NONE);
        assertThat(solitude.lasts()).isFalse();
    }

    @Test
    void it_says_so_again_when_it_has_lost_those_it_found_for_as_long() {
        solitude.look(true, START + 100);
        solitude.look(false, START + 500);
        assertThat(solitude.look(true, START + 600)).isEqualTo(Word.NONE);
        assertThat(solitude.look(true, START + 699)).isEqualTo(Word.NONE);
        assertThat(solitude.look(true, START + 700)).isEqualTo(Word.ALONE);
    }

    @Test
    void a_node_that_finds_somebody_in_time_says_nothing() {
        assertThat(solitude.look(true, START + 50)).isEqualTo(Word.NONE);
        assertThat(solitude.look(false, START + 500)).isEqualTo(Word.NONE);
    }
}
