package io.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AddressTextTest {

    @Test
    void text_and_bytes_of_any_address_read_back() {
        Seed.times(2000, random -> readBack(groups(random), groups(random)));
    }

    /** Four groups of 16 bits, of which many are zero, or all ones: what the short forms are about. */
    private static long groups(Random random) {
        long groups = 0;
        for (int i = 0; i < 4; i++) {
            int group = switch (random.nextInt(4)) {
                case 0, 1 -> 0;
                case 2 -> random.nextInt(0x10000);
                default -> 0xffff >>> random.nextInt(16);
            };
            groups = groups << 16 | group;
        }
        return groups;
    }

    private static void readBack(long high, long low) {
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
