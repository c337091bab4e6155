package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Await;
import io.weir.model.Cluster;
import io.weir.model.Cluster.Seed;
import io.weir.model.ControlPlane;
import io.weir.model.IpAddress;
import io.weir.model.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on loopback addresses of their own. */
@Tag("cluster")
class ClusteringTest {

    private static final int PORT = 7946;

    /** Other tests on this machine have another net. */
    private final String net = "127." + ThreadLocalRandom.current().nextInt(1, 250) + "."
            + ThreadLocalRandom.current().nextInt(250) + ".";

    @TempDir
    private Path folder;

    @Test
    void a_node_whose_name_another_one_had_before_it_is_not_ready_and_says_why() {
        try (Clustering one = node(1);
                Clustering other = node(2)) {
            one.membership().start();
            other.membership().start();
            // Starts within seconds of each other are told apart by their ids: either may be the one.
            Await.until(
                    "one of them takes no part",
                    () -> outside(one, other).findAny().isPresent());
            assertThat(outside(one, other).map(Clustering::behind))
                    .singleElement()
                    .satisfies(why -> assertThat(why)
                            .hasValueSatisfying(
                                    said -> assertThat(said).contains("takes no part", net, "has this node's name")));
        }
    }

    private static Stream<Clustering> outside(Clustering... nodes) {
        return Stream.of(nodes).filter(node -> node.outside().isPresent());
    }

    private Clustering node(int last) {
        Cluster cluster = new Cluster(
                true,
                Optional.of("lb"),
                IpAddress.parse(net + last),
                PORT,
                Optional.empty(),
                List.of(new Seed(net + 1, PORT), new Seed(net + 2, PORT)),
                Cluster.Gossip.DEFAULT,
                Cluster.Detection.DEFAULT,
                Cluster.Sync.DEFAULT,
                Optional.empty(),
                false);
        ControlPlane plain = ControlPlane.DEFAULT;
        Settings settings = Settings.DEFAULT
                .withPinPath(folder.resolve("pins-" + last))
                .withControl(new ControlPlane(
                        plain.health(),
                        plain.drains(),
                        plain.loadBalancing(),
                        plain.rateLimits(),
                        plain.metrics(),
                        plain.adminApi(),
                        plain.accessLog(),
                        plain.dnsCache(),
                        plain.circuitBreaker(),
                        cluster,
                        plain.vrrpNotifyFifo()));
        return Clustering.of(settings).orElseThrow();
    }
}
