package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.model.NodeId;
import io.weir.policy.SharedFact.Circuit;
import io.weir.policy.SharedFact.Drain;
import io.weir.policy.SharedFact.Health;
import io.weir.policy.SharedFact.Kind;
import io.weir.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SharedFactTest {

    private static final NodeId ONE = new NodeId("lb-1");
    private static final NodeId TWO = new NodeId("lb-2");

    @ParameterizedTest
    @EnumSource
    void the_order_of_two_does_not_matter(Kind kind) {
        Seed.times(2_000, random -> {
            SharedFact one = fact(kind, random);
            SharedFact other = fact(kind, random);
            assertThat(SharedFact.merge(one, other)).isEqualTo(SharedFact.merge(other, one));
        });
    }

    @ParameterizedTest
    @EnumSource
    void it_does_not_matter_which_two_of_three_come_first(Kind kind) {
        Seed.times(2_000, random -> {
            SharedFact one = fact(kind, random);
            SharedFact two = fact(kind, random);
            SharedFact three = fact(kind, random);
            assertThat(SharedFact.merge(SharedFact.merge(one, two), three))
                    .isEqualTo(SharedFact.merge(one, SharedFact.merge(two, three)));
        });
    }

    @ParameterizedTest
    @EnumSource
    void what_was_heard_before_changes_nothing(Kind kind) {
        Seed.times(2_000, random -> {
            SharedFact one = fact(kind, random);
            SharedFact both = SharedFact.merge(one, fact(kind, random));
            assertThat(SharedFact.merge(both, one)).isEqualTo(both);
            assertThat(SharedFact.merge(one, one)).isEqualTo(one);
        });
    }

    @ParameterizedTest
    @EnumSource
    void nodes_that_heard_the_same_agree_whatever_the_order_and_the_repetitions(Kind kind) {
        Seed.times(500, random -> {
            List<SharedFact> said = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                said.add(fact(kind, random));
            }
            assertThat(heard(said, random)).isEqualTo(heard(said, random));
        });
    }

    private static SharedFact heard(List<SharedFact> said, Random random) {
        List<SharedFact> order = new ArrayList<>(said);
        order.addAll(said.subList(0, random.nextInt(said.size())));
        Collections.shuffle(order, random);
        return order.stream().reduce(SharedFact::merge).orElseThrow();
    }

    /** Few values, so that all meet: the same times too, as a node whose clock jumped back may say two things at one. */
    private static SharedFact fact(Kind kind, Random random) {
        return switch (kind) {
            case HEALTH ->
                new Health(
                        random.nextBoolean(),
                        "error " + random.nextInt(2),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        time(random));
            case CIRCUIT -> {
                boolean open = random.nextBoolean();
                yield new Circuit(
                        1 + random.nextInt(3),
                        open,
                        open && random.nextBoolean(),
                        "why " + random.nextInt(2),
                        time(random));
            }
            case DRAIN ->
                new Drain(
                        time(random),
                        Duration.ofSeconds(1 + random.nextInt(2)),
                        random.nextBoolean() ? Optional.of(time(random)) : Optional.empty());
        };
    }

    private static HybridTime time(Random random) {
        return new HybridTime(random.nextInt(3), random.nextInt(2), random.nextBoolean() ? ONE : TWO);
    }

    /** {@code epoch OPEN/HELD/CLOSED time}; the second one is merged into the first. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            open wins within an epoch               | 1 OPEN 1   | 1 CLOSED 2 | 1 OPEN 1
            a close that knew of it wins            | 1 OPEN 1   | 2 CLOSED 2 | 2 CLOSED 2
            open again after that                   | 2 CLOSED 2 | 2 OPEN 3   | 2 OPEN 3
            a close of an older one is too late     | 3 OPEN 1   | 2 CLOSED 9 | 3 OPEN 1
            the operator's word is above a counter's | 1 HELD 1  | 1 OPEN 2   | 1 HELD 1
            of two of the same, the later           | 1 OPEN 1   | 1 OPEN 2   | 1 OPEN 2
            """)
    void a_circuit_is_open_unless_it_was_closed_by_who_knew(String rule, String one, String other, String merged) {
        assertThat(SharedFact.merge(circuit(one), circuit(other))).isEqualTo(circuit(merged));
    }

    private static Circuit circuit(String text) {
        String[] words = text.split(" ");
        boolean held = words[1].equals("HELD");
        return new Circuit(
                Long.parseLong(words[0]), held || words[1].equals("OPEN"), held, "", at(Long.parseLong(words[2]), ONE));
    }

    @Test
    void the_latest_word_on_health_counts() {
        Health down = new Health(false, "connection refused", at(5, ONE));
        Health up = new Health(true, "", at(6, TWO));
        assertThat(SharedFact.merge(down, up)).isEqualTo(up);
    }

    @Test
    void of_two_words_on_health_at_one_time_the_same_one_counts_everywhere() {
        Health one = new Health(false, "connection refused", at(5, ONE));
        Health two = new Health(true, "", at(5, TWO));
        assertThat(SharedFact.merge(one, two))
                .isEqualTo(SharedFact.merge(two, one))
                .isEqualTo(two);
    }

    @Test
    void a_drain_survives_an_undrain_that_did_not_know_it() {
        Drain known = new Drain(at(5, ONE), Duration.ofSeconds(30), Optional.empty());
        Drain undone = new Drain(known.began(), known.timeout(), Optional.of(known.at()));
        Drain meanwhile = new Drain(at(5, TWO), Duration.ofSeconds(9), Optional.empty());

        assertThat(undone.isDrained()).isFalse();
        Drain both = (Drain) SharedFact.merge(undone, meanwhile);
        assertThat(both.isDrained()).isTrue();
        assertThat(both.timeout()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void a_drain_that_was_taken_back_does_not_come_back_with_who_has_not_heard() {
        Drain drained = new Drain(at(5, ONE), Duration.ofSeconds(30), Optional.empty());
        Drain undone = new Drain(drained.began(), drained.timeout(), Optional.of(drained.at()));

        assertThat(((Drain) SharedFact.merge(undone, drained)).isDrained()).isFalse();
    }

    @Test
    void facts_of_different_kinds_are_not_merged() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SharedFact.merge(circuit("1 OPEN 1"), new Health(true, "", at(1, ONE))))
                .withMessage("CIRCUIT is not merged with HEALTH");
    }

    private static HybridTime at(long millis, NodeId node) {
        return new HybridTime(millis, 0, node);
    }
}
