package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.Desired;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FlagsTest {

    @Test
    void flags_say_what_a_file_of_one_proxy_says() {
        Desired fromFile = ConfigFile.parse("""
                {:proxies [{:name "default"
                            :listen {:interfaces ["eth0" "eth1"] :port 443}
                            :default-target {:ip "10.0.0.2" :port 8443}}]}
                """, "config.edn");
        assertThat(new Flags(List.of("eth0", "eth1"), 443, "10.0.0.2:8443").desired())
                .isEqualTo(fromFile);
    }

    @Test
    void a_target_may_be_ipv6() {
        Desired desired = new Flags(List.of("eth0"), 80, "[2001:db8::1]:8080").desired();
        assertThat(desired.proxies()
                        .getFirst()
                        .defaultGroup()
                        .targets()
                        .getFirst()
                        .destination())
                .hasToString("Fixed[endpoint=[2001:db8::1]:8080]");
    }

    @Test
    void all_wrong_flags_are_named_at_once() {
        assertThatThrownBy(() -> new Flags(List.of(), 0, "10.0.0.1").desired())
                .isInstanceOf(ConfigException.class)
                .hasMessage("""
                        --interface: is missing; name the interface to listen on, such as --interface eth0
                        --port: 0 is below 1; ports are 1-65535
                        --target: '10.0.0.1' is no endpoint: write 10.0.0.1:80 or [2001:db8::1]:80""");
        assertThatThrownBy(() -> new Flags(List.of("eth0", "a b"), 80, "0.0.0.0:80").desired())
                .hasMessage("""
                        --interface[1]: found the string "a b"; an interface name is 1 to 15 characters without / : or blanks
                        --target: 0.0.0.0 is the address of no host; a target is one host""");
    }
}
