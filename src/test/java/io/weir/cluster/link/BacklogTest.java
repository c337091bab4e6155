package io.weir.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private final Backlog backlog = new Backlog();

    private static InetAddress address(int last) {
        return InetAddress.ofLiteral("192.0.2." + last);
    }

    @Test
    void who_has_waited_longest_goes_when_it_is_full() {
        List<Backlog.Caller> callers = new ArrayList<>();
        for (int i = 0; i < Backlog.PLACES; i++) {
            callers.add(backlog.enter(address(i), () -> {}));
        }
        assertThat(callers).allSatisfy(caller -> assertThat(caller.sentAway()).isEmpty());
        backlog.enter(address(200), () -> {});
        assertThat(callers.getFirst().sentAway()).contains(LinkRefusal.CROWDED);
        assertThat(callers.get(1).sentAway()).isEmpty();
        assertThat(backlog.waiting()).isEqualTo(Backlog.PLACES);
    }

    @Test
    void one_address_takes_no_more_than_its_places() {
        Backlog.Caller other = backlog.enter(address(1), () -> {});
        List<Backlog.Caller> callers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            callers.add(backlog.enter(address(2), () -> {}));
        }
        assertThat(other.sentAway()).isEmpty();
        assertThat(backlog.waiting()).isEqualTo(1 + Backlog.PLACES_OF_ONE_ADDRESS);
        assertThat(callers.getLast().sentAway()).isEmpty();
    }

    @Test
    void a_flood_of_strangers_costs_no_peer_its_place() {
        backlog.know(address(1));
        Backlog.Caller peer = backlog.enter(address(1), () -> {});
        for (int i = 0; i < 1000; i++) {
            backlog.enter(address(2 + i % 250), () -> {});
        }
        assertThat(peer.sentAway()).isEmpty();
    }

    @Test
    void who_was_sent_away_is_hung_up_once_and_keeps_the_first_reason() {
        int[] hungUp = {0};
        Backlog.Caller caller = backlog.enter(address(1), () -> hungUp[0]++);
        caller.sendAway(LinkRefusal.TIMED_OUT);
        caller.sendAway(LinkRefusal.CROWDED);
        assertThat(caller.sentAway()).contains(LinkRefusal.TIMED_OUT);
        assertThat(hungUp[0]).isEqualTo(1);
    }
}
