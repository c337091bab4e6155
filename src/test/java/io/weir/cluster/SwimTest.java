package io.weir.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.scalecube.cluster.ClusterConfig;
import io.weir.cluster.link.Identity;
import io.weir.cluster.link.Keyring;
import io.weir.cluster.link.Links;
import io.weir.cluster.link.PeerAddress;
import io.weir.model.Cluster.Detection;
import io.weir.model.Cluster.Gossip;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How scalecube is set up. */
class SwimTest {

    private static final NodeId NODE = new NodeId("lb-1");
    private static final UUID BOOT = new UUID(1, 2);
    private static final PeerAddress HERE = new PeerAddress("192.0.2.1", 7946);

    private final ClosedCodec codec = new ClosedCodec(_ -> {});
    private Links links;
    private ClusterConfig config;

    @BeforeEach
    void setUp() throws IOException {
        links = new Links(
                IpAddress.parse("127.0.0.1"), 0, Keyring.none(), SwimTest::identity, (kind, peer, frame) -> {});
        config = Swim.config(
                NODE,
                BOOT,
                List.of(new PeerAddress("192.0.2.2", 7946), new PeerAddress("2001:db8::3", 7947)),
                new Gossip(Duration.ofMillis(210), 4, Duration.ofSeconds(20)),
                new Detection(Duration.ofMillis(700), Duration.ofMillis(300), 5, 6),
                new LinkTransport(HERE, links, codec, List::of),
                codec);
    }

    @AfterEach
    void close() {
        links.close();
    }

    private static Identity identity() {
        return new Identity(NODE, BOOT, HERE, Duration.ZERO);
    }

    @Test
    void each_setting_is_the_one_of_scalecube_that_means_the_same() {
        assertThat(config.failureDetectorConfig().pingInterval()).isEqualTo(700);
        assertThat(config.failureDetectorConfig().pingTimeout()).isEqualTo(300);
        assertThat(config.failureDetectorConfig().pingReqMembers()).isEqualTo(5);
        assertThat(config.membershipConfig().suspicionMult()).isEqualTo(6);
        assertThat(config.gossipConfig().gossipInterval()).isEqualTo(210);
        assertThat(config.gossipConfig().gossipFanout()).isEqualTo(4);
        assertThat(config.membershipConfig().seedMembers())
                .containsExactly("192.0.2.2:7946", "[2001:db8::3]:7947", LinkTransport.MISSING);
    }

    /** Members are known by their starts: gossip of an id that was there before is lost. */
    @Test
    void a_member_is_one_start_of_a_node_and_has_the_nodes_name() {
        assertThat(config.memberId()).isEqualTo(BOOT.toString());
        assertThat(config.memberAlias()).isEqualTo("lb-1");
    }

    /** What scalecube takes where nothing is said reads and writes serialized objects. */
    @Test
    void nothing_is_left_to_codecs_that_serialize_objects() {
        assertThat(config.metadataCodec()).isInstanceOf(NameCodec.class);
        assertThat(config.transportConfig().messageCodec()).isSameAs(codec);
    }
}
