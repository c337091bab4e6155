package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.Settings.XdpMode;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModeChoiceTest {

    private static final int ETHERNET = 1;

    @ParameterizedTest
    @CsvSource({
        "AUTO, virtio_net, 1, NATIVE",
        "AUTO, mlx5_core, 1, NATIVE",
        "AUTO, veth, 1, TC",
        "AUTO, bridge, 1, TC",
        "AUTO, tun, 1, TC",
        "AUTO, '', 772, TC",
        "NATIVE, veth, 1, NATIVE",
        "GENERIC, virtio_net, 1, GENERIC",
        "TC, virtio_net, 1, TC",
    })
    void the_mode_follows_the_setting_and_else_the_kind_of_interface(
            XdpMode wanted, String driver, int hardwareType, XdpMode mode) {
        assertThat(ModeChoice.of("eth0", wanted, name(driver), OptionalInt.of(hardwareType))
                        .mode())
                .isEqualTo(mode);
    }

    @Test
    void what_is_attached_stays_unless_another_mode_is_asked_for() {
        assertThat(ModeChoice.suffices(XdpMode.AUTO, XdpMode.NATIVE, XdpMode.GENERIC))
                .isTrue();
        assertThat(ModeChoice.suffices(XdpMode.NATIVE, XdpMode.NATIVE, XdpMode.GENERIC))
                .isFalse();
        assertThat(ModeChoice.suffices(XdpMode.AUTO, XdpMode.TC, XdpMode.NATIVE))
                .isFalse();
        assertThat(ModeChoice.suffices(XdpMode.TC, XdpMode.TC, XdpMode.TC)).isTrue();
    }

    @Test
    void an_interface_without_ethernet_frames_is_refused() {
        assertThatThrownBy(() -> ModeChoice.of("wg0", XdpMode.TC, Optional.empty(), OptionalInt.of(65534)))
                .hasMessageContaining("wg0 carries no Ethernet frames");
    }

    @Test
    void only_known_drivers_take_redirects_from_native_programs() {
        OptionalInt ethernet = OptionalInt.of(ETHERNET);
        assertThat(LinkTable.takesRedirects(name("virtio_net"), ethernet, true)).isTrue();
        assertThat(LinkTable.takesRedirects(name("e1000e"), ethernet, true)).isFalse();
        assertThat(LinkTable.takesRedirects(name("e1000e"), ethernet, false)).isTrue();
        assertThat(LinkTable.takesRedirects(name("802.1Q VLAN Support"), ethernet, false))
                .isFalse();
        assertThat(LinkTable.takesRedirects(name(""), OptionalInt.of(772), false))
                .isFalse();
    }

    @Test
    void names_of_pins_keep_dots_of_interfaces() {
        LinkName vlan = new LinkName(LinkName.Hook.EGRESS, "eth0.100%");
        assertThat(vlan.fileName()).isEqualTo("tc-egress@eth0%2e100%25");
        assertThat(LinkName.parse(vlan.fileName())).contains(vlan);
        assertThat(LinkName.parse("something@eth0")).isEmpty();
    }

    @Test
    void kernel_versions_are_compared_by_number() {
        assertThat(KernelVersion.parse("6.12.48+deb13-amd64").atLeast(6, 6)).isTrue();
        assertThat(KernelVersion.parse("5.15.0").atLeast(6, 1)).isFalse();
        assertThat(KernelVersion.parse("6.1.0-39-amd64").atLeast(6, 1)).isTrue();
    }

    private static Optional<String> name(String driver) {
        return driver.isEmpty() ? Optional.empty() : Optional.of(driver);
    }
}
