package io.weir.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {

    /** RFC 5952, sections 4 and 5. */
    @ParameterizedTest
    @CsvSource({
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:DB8::AbCd, 2001:db8::abcd",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "1:0:0:0:0:0:0:0, 1::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:2:3:4:5:6:7:0, 1:2:3:4:5:6:7:0",
        "0:0:1:0:0:0:0:0, 0:0:1::",
        "::1.2.3.4, ::102:304",
        "192.0.2.1, 192.0.2.1",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255"
    })
    void an_address_is_written_as_rfc_5952_asks(String text, String written) {
        assertThat(IpAddress.parse(text)).hasToString(written);
        assertThat(IpAddress.parse(written)).isEqualTo(IpAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.4 ",
                "0x1.2.3.4",
                "1.2.3.-4",
                ":",
                ":::",
                "1::2::3",
                "12345::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "g::",
                "[::1]",
                "fe80::1%eth0",
                "::1%lo",
                "::1.2.3",
                "localhost",
                "10.0.0.1:80",
                "10.0.0.0/8",
                "\u0661.2.3.4"
            })
    void what_is_no_literal_is_refused(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no IP address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"::ffff:192.0.2.1", "::FFFF:192.0.2.1", "::ffff:c000:201", "0:0:0:0:0:ffff:c000:201"})
    void an_ipv4_mapped_address_is_refused_with_the_address_to_write(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text))
                .hasMessage("'" + text + "' is an IPv4-mapped address: write '192.0.2.1'");
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "10.1.2.3/0, 0.0.0.0/0",
        "10.1.2.3/32, 10.1.2.3/32",
        "10.1.2.3, 10.1.2.3/32",
        "192.168.255.255/23, 192.168.254.0/23",
        "2001:db8:ffff::1/33, 2001:db8:8000::/33",
        "2001:db8::ffff:1/64, 2001:db8::/64",
        "2001:db8:0:0:ffff::/65, 2001:db8:0:0:8000::/65",
        "2001:db8::1/128, 2001:db8::1/128",
        "ffff::1/0, ::/0",
        "::1, ::1/128"
    })
    void host_bits_of_a_prefix_are_cleared(String text, String written) {
        assertThat(Cidr.parse(text)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "/8", "10.0.0.0/+8", "a/8"})
    void what_is_no_prefix_is_refused(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "0.0.0.0/0, 203.0.113.1, true",
        "0.0.0.0/0, ::1, false",
        "2001:db8::/65, 2001:db8::7fff:0:0:1, true",
        "2001:db8::/65, 2001:db8::8000:0:0:1, false",
        "::/0, ffff::, true"
    })
    void a_prefix_contains_its_own_family_only(String prefix, String address, boolean contained) {
        assertThat(Cidr.parse(prefix).contains(IpAddress.parse(address))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:80", "[2001:db8::1]:65535", "[fe80::1%eth0]:1"})
    void an_endpoint_reads_back_what_it_writes(String text) {
        assertThat(Endpoint.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "10.0.0.1",
                "10.0.0.1:",
                "10.0.0.1:0",
                "10.0.0.1:65536",
                "10.0.0.1:080808",
                ":80",
                "::1:80",
                "[::1]",
                "[::1]80",
                "[10.0.0.1%eth0]:80",
                "[2001:db8::1%eth0]:80",
                "[[::1]]:80",
                "[10.0.0.1]:80",
                "[fe80::1%]:80",
                "[fe80::1%a/b]:80",
                "a:80"
            })
    void what_is_no_endpoint_is_refused(String text) {
        assertThatThrownBy(() -> Endpoint.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "127.9.9.9, loopback",
        "::1, loopback",
        "fe80::1, link-local",
        "febf::1, link-local",
        "0.0.0.0, unspecified",
        "::, unspecified",
        "224.0.0.1, multicast",
        "239.255.255.255, multicast",
        "ff02::1, multicast",
        "128.0.0.1, plain",
        "fec0::1, plain",
        "::2, plain"
    })
    void an_address_knows_what_it_is_for(String text, String purpose) {
        IpAddress address = IpAddress.parse(text);
        assertThat(address.isLoopback()).isEqualTo(purpose.equals("loopback"));
        assertThat(address.isLinkLocal()).isEqualTo(purpose.equals("link-local"));
        assertThat(address.isUnspecified()).isEqualTo(purpose.equals("unspecified"));
        assertThat(address.isMulticast()).isEqualTo(purpose.equals("multicast"));
    }
}
