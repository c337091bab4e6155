package io.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Contradiction.LinkLocal;
import io.weir.model.Contradiction.LinkLocal.Why;
import io.weir.model.Settings.XdpMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoundTargetsTest {

    private static final Endpoint BACK = Endpoint.of("fe80::1%back", 80);

    @Test
    void interfaces_of_clients_need_tc_for_a_target_on_another_one() {
        assertThat(BoundTargets.needTc(List.of(
                        proxy("a", List.of("front", "back"), "fe80::1%back", "10.0.0.1"),
                        proxy("b", List.of("side"), "10.0.0.1"),
                        proxy("c", List.of("back"), "fe80::2%back"))))
                .isEqualTo(Set.of("front"));
    }

    @Test
    void settings_that_leave_a_target_without_a_way_contradict_it() {
        List<Proxy> proxies = List.of(proxy("a", List.of("front"), "fe80::1%back"));
        assertThat(found(proxies, Settings.DEFAULT)).isEmpty();
        assertThat(found(proxies, Settings.DEFAULT.withXdpMode(XdpMode.TC))).isEmpty();
        for (XdpMode mode : List.of(XdpMode.NATIVE, XdpMode.GENERIC)) {
            assertThat(found(proxies, Settings.DEFAULT.withXdpMode(mode)))
                    .containsExactly(new LinkLocal(0, BACK, Why.NEEDS_TC));
        }
    }

    @Test
    void linux_takes_what_is_for_v6_loopback_from_another_interface_by_tc_alone() {
        List<Proxy> proxies = List.of(proxy("a", List.of("front"), "::1"), proxy("b", List.of("lo"), "::1"));
        assertThat(BoundTargets.needTc(proxies)).isEqualTo(Set.of("front"));
        assertThat(found(proxies, Settings.DEFAULT)).isEmpty();
        assertThat(found(
                        proxies,
                        Settings.DEFAULT.withXdpMode(XdpMode.TC).withReplyInterfaces(Optional.of(List.of("front")))))
                .isEmpty();
        for (XdpMode mode : List.of(XdpMode.NATIVE, XdpMode.GENERIC)) {
            assertThat(found(proxies, Settings.DEFAULT.withXdpMode(mode)))
                    .containsExactly(new Contradiction.Loopback(0, Endpoint.of("::1", 80)));
        }
    }

    @Test
    void v4_loopback_needs_no_tc() {
        assertThat(BoundTargets.needTc(List.of(proxy("a", List.of("front"), "127.0.0.1"))))
                .isEmpty();
    }

    @Test
    void xdp_may_be_asked_for_where_target_and_clients_share_an_interface() {
        assertThat(found(
                        List.of(proxy("a", List.of("back"), "fe80::1%back")),
                        Settings.DEFAULT.withXdpMode(XdpMode.NATIVE)))
                .isEmpty();
    }

    @Test
    void targets_that_only_their_zones_tell_apart_contradict_each_other() {
        assertThat(found(
                        List.of(
                                proxy("a", List.of("front"), "fe80::1%back"),
                                proxy("b", List.of("front"), "fe80::1%back"),
                                proxy("c", List.of("front"), "fe80::1%side")),
                        Settings.DEFAULT))
                .containsExactly(new LinkLocal(2, Endpoint.of("fe80::1%side", 80), Why.ALIKE));
    }

    private static List<Contradiction> found(List<Proxy> proxies, Settings settings) {
        List<Contradiction> found = new ArrayList<>();
        BoundTargets.check(proxies, settings, found::add);
        return found;
    }

    private static Proxy proxy(String name, List<String> interfaces, String... targets) {
        Group group = new Group(Arrays.stream(targets)
                .map(target -> Target.of(Endpoint.of(target, 80), 100 / targets.length))
                .toList());
        Listen listen = new Listen(interfaces, 80, Optional.empty(), Set.of(Protocol.TCP));
        return new Proxy(name, listen, group, List.of(), List.of(), false, Optional.empty());
    }
}
