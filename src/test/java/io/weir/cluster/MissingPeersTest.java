package io.weir.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cluster.link.PeerAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MissingPeersTest {

    private static PeerAddress address(int last) {
        return new PeerAddress("192.0.2." + last, 7946);
    }

    private final MissingPeers missing = new MissingPeers(List.of(address(2), address(3)), address(1));

    private Set<PeerAddress> asked(Set<PeerAddress> present) {
        Set<PeerAddress> all = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            all.addAll(missing.next(present::contains));
        }
        return all;
    }

    @Test
    void seeds_that_are_no_members_are_asked_for_ever() {
        assertThat(asked(Set.of(address(2)))).containsExactly(address(3));
    }

    @Test
    void a_peer_that_was_met_once_is_asked_like_a_seed() {
        missing.met(address(9));
        assertThat(asked(Set.of())).containsExactlyInAnyOrder(address(2), address(3), address(9));
    }

    @Test
    void other_seeds_are_asked_instead_of_those_before_and_this_node_never_is() {
        missing.seeds(List.of(address(1), address(3), address(4)));
        assertThat(asked(Set.of())).containsExactlyInAnyOrder(address(3), address(4));
    }

    @Test
    void nobody_is_asked_when_all_are_there_and_never_this_node_itself() {
        missing.met(address(1));
        assertThat(asked(Set.of(address(2), address(3)))).isEmpty();
    }

    @Test
    void the_last_ones_met_are_remembered() {
        for (int i = 0; i < 1000; i++) {
            missing.met(new PeerAddress("192.0.2.9", 1 + i));
        }
        Set<PeerAddress> all = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            all.addAll(missing.next(_ -> false));
        }
        assertThat(all).hasSize(2 + 256).contains(new PeerAddress("192.0.2.9", 1000));
    }
}
