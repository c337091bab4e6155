package io.weir.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.failover.AdvertGaps.Gap;
import io.weir.failover.Lateness.Late;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the soak reads to tell why a VIP moved. */
class WhyItMovedTest {

    private static final Instant START = Instant.ofEpochSecond(1_795_692_425L);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            (backends) Receive advertisement timeout                                      | ADVERTS
            VRRP_Script(weir_ready) failed (exited with status 1)                         | SCRIPT
            (clients) Entering FAULT STATE                                                | FAULT
            Netlink reports eth0 down                                                     | INTERFACE
            (clients) Backup received priority 0 advertisement                            | GOODBYE
            (clients) Master received advert from 192.0.2.251 with higher priority 254, ours 253 | PRIORITY
            (clients) Entering MASTER STATE                                               | UNKNOWN
            """)
    void keepalived_says_why_a_vip_moves(String said, MoveCause cause) {
        assertThat(MoveCause.of(List.of("lb-1 keepalived: " + said))).isEqualTo(cause);
    }

    @Test
    void what_came_of_a_failed_script_is_not_taken_for_the_cause() {
        assertThat(MoveCause.of(List.of(
                        "lb-1 keepalived: VRRP_Script(weir_ready) failed (exited with status 1)",
                        "lb-1 keepalived: (clients) Entering FAULT STATE",
                        "lb-2 keepalived: (clients) Backup received priority 0 advertisement",
                        "lb-2 keepalived: (clients) Receive advertisement timeout")))
                .isEqualTo(MoveCause.SCRIPT);
    }

    @Test
    void a_line_of_keepalived_has_a_time_and_words() {
        Instant time = LocalDateTime.of(2026, 11, 6, 9, 15, 32)
                .atZone(ZoneId.systemDefault())
                .toInstant();

        assertThat(KeepalivedLine.parse("Fri Nov  6 09:15:32 2026: (clients) Entering MASTER STATE"))
                .contains(new KeepalivedLine(time, "(clients) Entering MASTER STATE"));
        assertThat(KeepalivedLine.parse("usage: keepalived")).isEmpty();
    }

    @Test
    void the_time_between_two_adverts_is_told_of_each_sender_on_each_interface() {
        AdvertGaps gaps = new AdvertGaps();

        assertThat(gaps.take("tcpdump: data link type LINUX_SLL2")).isEmpty();
        assertThat(gaps.take(advert(0, "eth1", "Out", 251))).isEmpty();
        assertThat(gaps.take(advert(20, "eth0", "M  ", 251))).isEmpty();
        assertThat(gaps.take(advert(203, "eth1", "Out", 251))).contains(gap(true, "eth1", 251, 203, 203));
        assertThat(gaps.take(advert(80, "eth0", "M  ", 251))).contains(gap(false, "eth0", 251, 80, 60));
        assertThat(gaps.sent()).isEqualTo(Duration.ofMillis(203));
        assertThat(gaps.heard()).isEqualTo(Duration.ofMillis(60));
    }

    @Test
    void a_node_that_had_no_vip_meanwhile_is_not_late() {
        AdvertGaps gaps = new AdvertGaps();

        gaps.take(advert(0, "eth0", "Out", 251));

        assertThat(gaps.take(advert(60_000, "eth0", "Out", 251))).isEmpty();
        assertThat(gaps.sent()).isZero();
    }

    @Test
    void a_machine_stood_while_none_of_its_processors_ran() {
        Lateness lateness = new Lateness(2);
        lateness.add(0, late(0, 100));
        lateness.add(1, late(70, 150));
        lateness.add(1, late(400, 900));

        assertThat(lateness.longest()).isEqualTo(Duration.ofMillis(500));
        assertThat(lateness.longestOfAll()).isEqualTo(Duration.ofMillis(30));
    }

    @Test
    void a_machine_with_one_busy_processor_did_not_stand() {
        Lateness lateness = new Lateness(2);
        lateness.add(1, late(0, 100));

        assertThat(lateness.longestOfAll()).isZero();
    }

    private static String advert(int millis, String device, String way, int sender) {
        Instant time = START.plusMillis(millis);
        return String.format(
                "%d.%06d %s  %s IP 192.0.2.%d > 224.0.0.18: VRRPv3, Advertisement, vrid 51, prio 254, intvl 5cs, length 12",
                time.getEpochSecond(), time.getNano() / 1000, device, way, sender);
    }

    private static Gap gap(boolean sent, String device, int sender, int end, int length) {
        return new Gap(sent, device, "192.0.2." + sender, START.plusMillis(end), Duration.ofMillis(length));
    }

    private static Late late(int due, int ran) {
        return new Late(START.plusMillis(due), START.plusMillis(ran));
    }
}
