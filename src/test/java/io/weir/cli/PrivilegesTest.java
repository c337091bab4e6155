package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.Privileges.Capability;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivilegesTest {

    private static final String ALL = "000001ffffffffff";
    private static final String NONE = "0000000000000000";
    /** What a container is commonly given. */
    private static final String CONTAINER = "00000000a80425fb";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1000 | 0000000000000000 | 000001ffffffffff | CAP_NET_ADMIN and CAP_BPF missing: run it with sudo",
                "1000 | 0000000000001000 | 000001ffffffffff | CAP_BPF missing: run it with sudo",
                "0    | 00000000a80425fb | 00000000a80425fb | CAP_NET_ADMIN and CAP_BPF missing, which not even root has here",
                "0    | 00000000a80435fb | 00000000a80435fb | CAP_BPF missing, which not even root has here",
                "1000 | 0000000000000000 | 00000000a80435fb | CAP_NET_ADMIN and CAP_BPF missing, which not even root has here",
                "0    | 0000000000000000 | 000001ffffffffff | CAP_NET_ADMIN and CAP_BPF missing, which this root has given up"
            })
    void who_lacks_a_capability_reads_which_and_whether_sudo_helps(
            String user, String effective, String bounding, String said) {
        assertThat(Privileges.missing(status(user, effective, bounding)))
                .hasValueSatisfying(problem -> assertThat(problem).startsWith(said));
    }

    @Test
    void who_has_what_it_takes_is_not_stopped() {
        assertThat(Privileges.missing(status("0", ALL, ALL))).isEmpty();
        assertThat(Privileges.missing(status("999", "000000c000001000", ALL))).isEmpty();
        assertThat(Privileges.missing(status("0", "0000000000201000", ALL)))
                .as("CAP_SYS_ADMIN includes CAP_BPF")
                .isEmpty();
    }

    @Test
    void a_verb_may_take_more() {
        List<String> status = status("999", "000000c000001000", ALL);
        assertThat(Privileges.missing(status, Capability.CAP_SYS_ADMIN))
                .hasValue("CAP_SYS_ADMIN missing: run it with sudo");
        assertThat(Privileges.missing(status("0", CONTAINER, CONTAINER), Capability.CAP_SYS_ADMIN))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith("CAP_NET_ADMIN and CAP_BPF and CAP_SYS_ADMIN missing, which not"));
        assertThat(Privileges.missing(status("0", NONE, ALL))).isPresent();
    }

    private static List<String> status(String user, String effective, String bounding) {
        return List.of(
                "Name:\tjava",
                "Uid:\t" + user + "\t" + user + "\t" + user + "\t" + user,
                "CapEff:\t" + effective,
                "CapBnd:\t" + bounding);
    }
}
