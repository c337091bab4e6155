package io.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class AddressTextTest {

    @Property(tries = 500)
    void text_and_bytes_of_any_address_read_back(@ForAll long high, @ForAll long low) {
        IpAddress v4 = new IpAddress(IpAddress.Family.V4, 0, low & 0xffffffffL);
        IpAddress v6 = new IpAddress(IpAddress.Family.V6, high, low);
        assertThat(IpAddress.parse(v4.toString())).isEqualTo(v4);
        assertThat(IpAddress.ofBytes(v4.bytes())).isEqualTo(v4);
        assertThat(IpAddress.ofBytes(v6.bytes())).isEqualTo(v6);
        if (high != 0) {
            assertThat(IpAddress.parse(v6.toString())).isEqualTo(v6);
        }
    }
}
