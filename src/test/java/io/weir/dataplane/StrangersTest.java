package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.IpAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StrangersTest {

    private static final IpAddress V4 = IpAddress.parse("203.0.113.1");
    private static final IpAddress V6 = IpAddress.parse("2001:db8:a::1");

    @Test
    void no_listeners_address_is_a_stranger() {
        Strangers strangers = Strangers.but(List.of(Optional.of(V4), Optional.of(V6)));
        assertThat(strangers.contains(V4)).isFalse();
        assertThat(strangers.contains(V6)).isFalse();
        assertThat(strangers.contains(IpAddress.parse("203.0.113.2"))).isTrue();
        assertThat(strangers.contains(IpAddress.parse("2001:db8:a::2"))).isTrue();
    }

    @Test
    void a_listener_of_any_address_leaves_no_strangers() {
        Strangers strangers = Strangers.but(List.of(Optional.of(V4)));
        assertThat(strangers.isEmpty()).isFalse();
        strangers.admit(Optional.empty());
        assertThat(strangers.isEmpty()).isTrue();
    }
}
