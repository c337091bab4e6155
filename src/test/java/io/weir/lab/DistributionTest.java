package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Site.Frames;
import io.weir.model.Settings;
import io.weir.testing.LabTest;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets how many new connections. That the servers see the client's own address and port is checked in every answer. */
@LabTest
class DistributionTest {

    private static final int CONNECTIONS = 1000;

    /** Of this class's four samples together, a correct build fails less than once in a million runs. */
    private static final double SIGNIFICANCE = 1e-6 / 4;

    private static Site site;

    @BeforeAll
    static void run() {
        site = Site.twoArm(3, Frames.OFFLOADED);
        new Weir(site.balancer(), "weir").run(site.desired(Settings.DEFAULT, 50, 30, 20));
    }

    @AfterAll
    static void close() {
        site.close();
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({"tcp, " + Site.VIP_V4, "tcp, " + Site.VIP_V6, "udp, " + Site.VIP_V4, "udp, " + Site.VIP_V6})
    void a_thousand_connections_follow_the_weights_and_servers_see_the_client(String protocol, String vip) {
        SortedMap<String, Integer> answers = Crowd.ask(
                CONNECTIONS,
                () -> protocol.equals("tcp")
                        ? Conversation.tcp(site.client(), vip, Site.PORT)
                        : Conversation.udp(site.client(), vip, Site.PORT));

        Distribution distribution = Distribution.of(answers, 50, 30, 20);
        Proof.say("%s to %s: %s", protocol, vip, distribution);
        assertThat(distribution.total()).isEqualTo(CONNECTIONS);
        assertThat(distribution.probability()).as(distribution.toString()).isGreaterThan(SIGNIFICANCE);
    }
}
