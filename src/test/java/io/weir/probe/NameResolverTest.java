package io.weir.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.IpAddress;
import io.weir.probe.NameResolver.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameResolverTest {

    private static Result of(String... addresses) {
        return NameResolver.of(List.of(addresses).stream().map(IpAddress::parse).toList(), "none");
    }

    @Test
    void an_address_that_no_target_can_have_is_refused_with_the_reason_and_the_others_are_kept() {
        Result.Found found = (Result.Found) of("fe80::2", "2001:db8::1", "ff02::1", "2001:db8::1");
        assertThat(found.addresses()).containsExactly(IpAddress.parse("2001:db8::1"));
        assertThat(found.refused())
                .containsExactlyInAnyOrder(
                        "fe80::2: a link-local address means nothing without its interface, which DNS cannot say:"
                                + " write the target as :ip \"fe80::2%INTERFACE\"",
                        "ff02::1: this is no host's address");
    }

    @Test
    void a_name_with_no_other_address_has_none_and_says_why() {
        assertThat(((Result.Nothing) of("fe80::2")).refused())
                .singleElement()
                .asString()
                .startsWith("fe80::2: a link-local address");
        assertThat(of()).isEqualTo(new Result.Nothing("none"));
    }
}
