package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Site.Frames;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every shape of network with every way to attach: small exchanges, fragments and bulk data, both families. */
@LabTest
@ParameterizedClass(name = "{0}, {1}")
@CsvSource({"TWO_ARM, TC", "TWO_ARM, NATIVE", "TWO_ARM, GENERIC", "ONE_ARM, TC", "ONE_ARM, NATIVE", "ONE_ARM, GENERIC"})
class ShapesTest {

    private static final int FEW = 30;
    private static final int BULK_MEGABYTES = 48;

    private enum Shape {
        ONE_ARM,
        TWO_ARM
    }

    private static Site site;
    private static Weir weir;
    private static Echo echo;

    @Parameter(0)
    Shape shape;

    @Parameter(1)
    XdpMode mode;

    @BeforeParameterizedClassInvocation
    static void run(Shape shape, XdpMode mode) {
        Frames frames = mode == XdpMode.TC ? Frames.OFFLOADED : Frames.WHOLE;
        site = shape == Shape.TWO_ARM ? Site.twoArm(2, frames) : Site.oneArm(2, frames);
        echo = Echo.serve(site.serverHost(1), BULK_MEGABYTES);
        weir = new Weir(site.balancer(), "weir");
        weir.run(site.withEcho(site.desired(Settings.DEFAULT.withXdpMode(mode), 50, 50)));
    }

    @AfterParameterizedClassInvocation
    static void close() {
        site.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {Site.VIP_V4, Site.VIP_V6})
    void small_exchanges_reach_both_servers(String vip) {
        assertThat(weir.attachedAs("front")).isEqualToIgnoringCase(mode.name());
        assertThat(Crowd.ask(FEW, () -> Conversation.tcp(site.client(), vip, Site.PORT))
                        .keySet())
                .containsExactly("web1", "web2");
        assertThat(Crowd.ask(FEW, () -> Conversation.udp(site.client(), vip, Site.PORT))
                        .keySet())
                .containsExactly("web1", "web2");
    }

    @ParameterizedTest
    @ValueSource(strings = {Site.VIP_V4, Site.VIP_V6})
    void fragments_of_large_datagrams_stay_together_both_ways(String vip) {
        String eightKilobytes = "x".repeat(8192);
        Crowd.repeat(FEW, () -> {
            try (Conversation conversation = Conversation.udp(site.client(), vip, Site.PORT)) {
                String first = conversation.ask(eightKilobytes);
                assertThat(conversation.ask(eightKilobytes)).isEqualTo(first);
                return first;
            }
        });
        Proof.say("%s %s: %d datagrams of 8 KB in fragments, and their answers, through %s", shape, mode, 2 * FEW, vip);
    }

    @ParameterizedTest
    @ValueSource(strings = {Site.VIP_V4, Site.VIP_V6})
    void bulk_data_arrives_as_it_was_sent(String vip) {
        echo.returnsTo(site.client(), vip);
        Proof.say("%s %s: %d MB there and back, byte for byte, through %s", shape, mode, echo.megabytes(), vip);
    }
}
