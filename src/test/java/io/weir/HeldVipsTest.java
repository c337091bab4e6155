package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.IpAddress;
import io.weir.policy.VipRole;
import io.weir.policy.VipRole.Told;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldVipsTest {

    private static final String VIP = "192.0.2.80";

    /** The host has .1 for itself. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
        the VIP stands, and keepalived said so           | MASTER | true  | 192.0.2.80            | true  | 192.0.2.80 on front
        the VIP stands, and keepalived said it to nobody | -      | true  | 192.0.2.80            | true  | 192.0.2.80 on front
        it stands after keepalived was killed            | MASTER | false | 192.0.2.80            | true  | 192.0.2.80 on front
        it came after the node had ended                 | BACKUP | true  | 192.0.2.80 192.0.2.81 | true  | 192.0.2.80 on front
        it went after the node had ended                 | MASTER | true  | 192.0.2.80            | false | -
        the peer has it                                  | BACKUP | true  | 192.0.2.80            | false | -
        keepalived was stopped, the address is a host's  | STOP   | false | 192.0.2.80            | true  | -
        nobody speaks VRRP                               | -      | false | 192.0.2.80            | true  | -
        a listener for any address may be for the VIP    | MASTER | true  | 192.0.2.81 any        | false | those of clients
        nobody knows for which addresses listeners are   | MASTER | false | -                     | false | those of clients
        a listener for any address of a backup           | BACKUP | true  | any                   | true  | -
        """)
    void vips_are_held(String why, String role, boolean runs, String listeners, boolean stands, String held) {
        Map<String, VipRole> roles = Told.of(String.valueOf(role))
                .map(told -> Map.of("clients", VipRole.first(told, 1)))
                .orElse(Map.of());
        Set<Optional<IpAddress>> wanted = Optional.ofNullable(listeners).stream()
                .flatMap(all -> Arrays.stream(all.split(" ")))
                .map(one -> one.equals("any") ? Optional.<IpAddress>empty() : Optional.of(IpAddress.parse(one)))
                .collect(Collectors.toSet());
        Map<IpAddress, String> addresses = Stream.concat(Stream.of("192.0.2.1"), stands ? Stream.of(VIP) : Stream.of())
                .collect(Collectors.toMap(IpAddress::parse, _ -> "front"));

        assertThat(HeldVips.of(roles, runs, wanted, addresses))
                .containsExactlyElementsOf(Optional.ofNullable(held).stream().toList());
    }
}
