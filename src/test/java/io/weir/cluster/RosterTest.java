package io.weir.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cluster.Member.State;
import io.weir.cluster.MembershipEvent.Died;
import io.weir.cluster.MembershipEvent.Joined;
import io.weir.cluster.MembershipEvent.Left;
import io.weir.cluster.MembershipEvent.NameTaken;
import io.weir.cluster.MembershipEvent.Recovered;
import io.weir.cluster.MembershipEvent.Restarted;
import io.weir.cluster.MembershipEvent.Suspected;
import io.weir.cluster.link.PeerAddress;
import io.weir.model.NodeId;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RosterTest {

    private static final NodeId LB1 = new NodeId("lb-1");
    private static final NodeId LB2 = new NodeId("lb-2");
    private static final UUID BOOT = new UUID(0, 1);
    private static final UUID LATER = new UUID(0, 2);
    private static final PeerAddress HERE = new PeerAddress("192.0.2.2", 7946);
    private static final PeerAddress THERE = new PeerAddress("192.0.2.3", 7946);

    private final Roster peers = new Roster(LB1);

    private State state() {
        return peers.view(0).getFirst().state();
    }

    @Test
    void a_node_joins_once() {
        assertThat(peers.added(LB2, BOOT, HERE, 0)).containsExactly(new Joined(LB2, BOOT, HERE));
        assertThat(peers.added(LB2, BOOT, HERE, 0)).isEmpty();
        assertThat(peers.address(LB2)).contains(HERE);
    }

    @Test
    void a_node_that_does_not_answer_is_suspected_until_it_contradicts() {
        peers.added(LB2, BOOT, HERE, 0);
        assertThat(peers.suspect(BOOT, 0, 0)).containsExactly(new Suspected(LB2));
        assertThat(peers.alive(BOOT, 0, 0)).as("said before").isEmpty();
        assertThat(peers.alive(BOOT, 1, 0)).containsExactly(new Recovered(LB2));
        assertThat(peers.suspect(BOOT, 0, 0)).as("an old rumour").isEmpty();
        assertThat(state()).isEqualTo(State.ALIVE);
    }

    @Test
    void a_node_dies_and_comes_back() {
        peers.added(LB2, BOOT, HERE, 0);
        assertThat(peers.removed(BOOT, 5)).containsExactly(new Died(LB2, BOOT, HERE));
        assertThat(peers.address(LB2)).isEmpty();
        assertThat(peers.view(12).getFirst().since()).isEqualTo(Duration.ofNanos(7));
        assertThat(peers.added(LB2, LATER, HERE, 6)).containsExactly(new Joined(LB2, LATER, HERE));
    }

    @Test
    void a_node_that_said_goodbye_has_left_and_does_not_die_after_that() {
        peers.added(LB2, BOOT, HERE, 0);
        assertThat(peers.leaves(BOOT, 0)).containsExactly(new Left(LB2));
        assertThat(peers.removed(BOOT, 0)).isEmpty();
        assertThat(state()).isEqualTo(State.LEFT);
    }

    @Test
    void a_later_start_at_the_same_address_takes_over_at_once_and_the_end_of_the_earlier_one_is_no_death() {
        peers.added(LB2, BOOT, HERE, 0);
        assertThat(peers.added(LB2, LATER, HERE, 0)).containsExactly(new Restarted(LB2, LATER, HERE));
        assertThat(peers.removed(BOOT, 0)).isEmpty();
        assertThat(state()).isEqualTo(State.ALIVE);
    }

    /** The failure detector hears from the later start that the earlier one is gone, before it hears who it is. */
    @Test
    void a_start_that_was_followed_at_its_address_does_not_die_unless_the_later_one_does_not_come() {
        peers.added(LB2, BOOT, HERE, 0);
        peers.met(LB2, LATER, HERE);
        assertThat(peers.removed(BOOT, 0)).isEmpty();
        assertThat(peers.expire(Roster.PATIENCE_NANOS)).isEmpty();
        assertThat(peers.added(LB2, LATER, HERE, 0)).containsExactly(new Restarted(LB2, LATER, HERE));
        assertThat(peers.expire(10 * Roster.PATIENCE_NANOS)).isEmpty();

        peers.met(LB2, new UUID(0, 3), HERE);
        peers.removed(LATER, 0);
        assertThat(peers.expire(Roster.PATIENCE_NANOS + 1)).containsExactly(new Died(LB2, LATER, HERE));
    }

    @Test
    void a_name_stays_with_who_lives_and_goes_to_the_next_when_he_is_dead() {
        peers.added(LB2, BOOT, HERE, 0);
        assertThat(peers.added(LB2, LATER, THERE, 0)).containsExactly(new NameTaken(LB2, THERE));
        assertThat(peers.address(LB2)).contains(HERE);
        assertThat(peers.removed(BOOT, 0)).containsExactly(new Died(LB2, BOOT, HERE), new Joined(LB2, LATER, THERE));
        assertThat(peers.address(LB2)).contains(THERE);
    }

    @Test
    void a_name_is_taken_as_long_as_its_node_lives_but_not_for_a_later_start_at_its_address() {
        peers.added(LB2, BOOT, HERE, 0);
        assertThat(peers.isTaken(LB2, LATER, THERE)).isTrue();
        assertThat(peers.isTaken(LB2, LATER, HERE)).isFalse();
        assertThat(peers.isTaken(LB2, BOOT, HERE)).isFalse();
        peers.removed(BOOT, 0);
        assertThat(peers.isTaken(LB2, LATER, THERE)).isFalse();
    }

    @Test
    void who_waits_for_a_name_and_is_gone_first_never_gets_it() {
        peers.added(LB2, BOOT, HERE, 0);
        peers.added(LB2, LATER, THERE, 0);
        assertThat(peers.removed(LATER, 0)).isEmpty();
        assertThat(peers.removed(BOOT, 0)).containsExactly(new Died(LB2, BOOT, HERE));
    }

    @Test
    void this_node_is_no_peer_of_itself() {
        assertThat(peers.added(LB1, LATER, THERE, 0)).isEmpty();
        assertThat(peers.view(0)).isEmpty();
    }

    @Test
    void the_last_who_are_gone_are_remembered() {
        for (int i = 0; i < 2 * Roster.GONE; i++) {
            UUID boot = new UUID(1, i);
            peers.added(new NodeId("node-" + i), boot, HERE, i);
            peers.removed(boot, i);
        }
        assertThat(peers.view(0)).hasSize(Roster.GONE);
        assertThat(peers.view(0).stream().map(Member::node)).doesNotContain(new NodeId("node-0"));
        assertThat(Optional.of(peers.isPresent(HERE))).contains(false);
    }
}
