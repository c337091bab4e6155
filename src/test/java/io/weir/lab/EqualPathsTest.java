package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.failover.CheckingClient;
import io.weir.failover.DrillServer;
import io.weir.failover.Outcome;
import io.weir.failover.Outcome.Group;
import io.weir.failover.Rack;
import io.weir.failover.Rack.Place;
import io.weir.failover.WeirBalancer;
import io.weir.testing.Daemon;
import io.weir.testing.LabTest;
import io.weir.testing.Leftovers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two nodes without VRRP, over which routers spread packets (ECMP). */
@LabTest
class EqualPathsTest {

    private static final String PREFIX = "weirpaths";
    private static final int CONNECTIONS = 100;
    private static final Duration WATCH = Duration.ofSeconds(1);

    @Test
    void any_node_takes_any_packet_of_a_connection() throws Exception {
        Leftovers.ofTheDead(PREFIX);
        Path files = Files.createTempDirectory(Leftovers.ownName(PREFIX) + "-");
        try (Rack rack = new Rack(PREFIX, 2);
                Daemon _ = DrillServer.start(rack);
                WeirBalancer one = weir(rack, Place.ONE, files);
                WeirBalancer two = weir(rack, Place.TWO, files)) {
            for (WeirBalancer weir : List.of(one, two)) {
                weir.start();
            }
            one.awaitPeers(2);
            two.awaitPeers(2);
            rack.spread(Place.ONE);
            try (CheckingClient client = CheckingClient.start(rack)) {
                client.hold(CONNECTIONS);
                List<String> seen = new ArrayList<>();
                seen.add(move(client, "spread over both", () -> rack.spread(Place.ONE, Place.TWO)));
                seen.add(move(client, "to the other one alone", () -> rack.spread(Place.TWO)));
                seen.add(move(client, "spread anew", () -> rack.spread(Place.TWO, Place.ONE)));
                // Each hash sends some of them to the other node.
                Await.until("both nodes have taken over", () -> one.promoted() > 0 && two.promoted() > 0);
                Proof.say("%d connections: %s", CONNECTIONS, String.join("; ", seen));
            }
        } finally {
            Leftovers.remove(String.valueOf(files.getFileName()));
        }
    }

    private static WeirBalancer weir(Rack rack, Place place, Path files) throws Exception {
        return new WeirBalancer(rack, place, Files.createDirectory(files.resolve(place.role())));
    }

    private static String move(CheckingClient client, String what, Runnable move) {
        client.mark();
        move.run();
        Outcome outcome = client.survey(WATCH, Await.LONG);
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.total()).isEqualTo(CONNECTIONS);
        assertThat(outcome.survivors()).isEqualTo(CONNECTIONS);
        return "%s, longest stall %.0f ms"
                .formatted(what, outcome.of(Group.BUSY).stall(1));
    }
}
