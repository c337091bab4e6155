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

        assertThat(difference.touches(fixed)).isFalse();
        assertThat(difference.touches(named)).isFalse();
    }

    @Test
    void a_name_with_other_addresses_touches_only_who_speaks_of_it() {
        Difference difference = since(BEFORE.withNames(Map.of("api.example", List.of(IpAddress.parse("10.0.0.2")))));

        assertThat(difference.touches(fixed)).isFalse();
        assertThat(difference.touches(named)).isTrue();
    }

    @Test
    void an_interface_with_another_index_touches_all() {
        Difference difference = since(BEFORE.withLinks(Map.of("eth0", new Event.Link(3))));

        assertThat(difference.touches(fixed)).isTrue();
        assertThat(difference.touches(named)).isTrue();
    }

    private static Difference since(Observed after) {
        return Difference.between(State.UNKNOWN.with(BEFORE), State.UNKNOWN.with(after));
    }
}
