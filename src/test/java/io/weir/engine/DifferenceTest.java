package io.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.IpAddress;
import io.weir.model.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DifferenceTest {

    private static final Observed BEFORE = Observed.NOTHING
            .withLinks(Map.of("eth0", new Event.Link(2)))
            .withNames(Map.of("api.example", List.of(IpAddress.parse("10.0.0.1"))));

    private final Proxy fixed = ProxyText.proxy("web: eth0 80 -> 10.0.0.9:8080");
    private final Proxy named = ProxyText.proxy("api: eth0 81 -> api.example:8080");

    @Test
    void what_was_seen_again_touches_nothing() {
        Difference difference =
                since(BEFORE.withLinks(Map.of("eth0", new Event.Link(2))).withNames(BEFORE.names()));

        assertThat(difference.touched().test(fixed)).isFalse();
        assertThat(difference.touched().test(named)).isFalse();
    }

    @Test
    void a_name_with_other_addresses_touches_only_who_speaks_of_it() {
        Difference difference = since(BEFORE.withNames(Map.of("api.example", List.of(IpAddress.parse("10.0.0.2")))));

        assertThat(difference.touched().test(fixed)).isFalse();
        assertThat(difference.touched().test(named)).isTrue();
    }

    @Test
    void an_interface_with_another_index_touches_who_listens_on_it() {
        Difference difference = since(BEFORE.withLinks(Map.of("eth0", new Event.Link(3))));

        assertThat(difference.touched().test(fixed)).isTrue();
        assertThat(difference.touched().test(named)).isTrue();
    }

    @Test
    void an_interface_that_comes_touches_only_who_speaks_of_it() {
        Proxy scoped = ProxyText.proxy("far: eth0 82 -> [fe80::9%eth1]:8080");
        Difference difference = since(BEFORE.withLinks(Map.of("eth0", new Event.Link(2), "eth1", new Event.Link(3))));

        assertThat(difference.touched().test(fixed)).isFalse();
        assertThat(difference.touched().test(scoped)).isTrue();
    }

    @Test
    void an_interface_with_another_index_does_not_touch_who_has_an_address() {
        Proxy vip = ProxyText.proxy("vip: eth0 10.9.0.1 80 -> 10.0.0.9:8080");

        assertThat(since(BEFORE.withLinks(Map.of("eth0", new Event.Link(3))))
                        .touched()
                        .test(vip))
                .isFalse();
    }

    private static Difference since(Observed after) {
        return Difference.between(State.UNKNOWN.with(BEFORE), State.UNKNOWN.with(after));
    }
}
