package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopFrameTest {

    private static final String ROW = """
            {"proxy-name":"%s","target-id":"%s","effective-weight":50,"reason":"as configured","opened":%d,
             "volume":{"active":%d,"packets-to-target":%d,"bytes-to-target":%d,"packets-to-client":0,"bytes-to-client":0}}
            """;

    private static TopFrame.Look look(long seconds, String... rows) throws IOException {
        String json = "[" + String.join(",", rows) + "]";
        return new TopFrame.Look(seconds * 1_000_000_000, Json.read(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static String row(String proxy, String target, int opened, int active, int packets, int bytes) {
        return String.format(Locale.ROOT, ROW, proxy, target, opened, active, packets, bytes);
    }

    private static TopFrame three() throws IOException {
        return TopFrame.between(
                look(10, row("a", "t1", 0, 1, 0, 0), row("a", "t2", 0, 2, 0, 0), row("b", "t3", 0, 3, 0, 0)),
                look(
                        12,
                        row("a", "t1", 20, 1, 10, 9000),
                        row("a", "t2", 10, 5, 40, 2),
                        row("b", "t3", 0, 3, 20, 4000)));
    }

    @ParameterizedTest
    @CsvSource({
        "NEW, false, t1 t2 t3",
        "NEW, true, t3 t2 t1",
        "ACTIVE, false, t2 t3 t1",
        "BYTES, false, t1 t3 t2",
        "PACKETS, false, t2 t3 t1",
        "TARGET, false, t1 t2 t3"
    })
    void the_busiest_comes_first(TopRow.Order order, boolean reversed, String targets) throws IOException {
        assertThat(three().json(order, reversed).path("targets").findValuesAsText("target-id"))
                .containsExactly(targets.split(" "));
    }

    @Test
    void rates_are_what_was_counted_in_between_by_the_second() throws IOException {
        assertThat(three().lines("head", TopRow.Order.NEW, false, 80, 24))
                .containsExactly(
                        "head",
                        "15 new/s, 9 active, 6.5 kB/s to targets, 0 B/s from them",
                        "",
                        "PROXY  TARGET  NOW  NEW/s  ACTIVE  PKT/s  TO B/s  FROM B/s  WHY",
                        "a      t1       50     10       1      5   4.5 k         0  as configured",
                        "a      t2       50      5       5     20       1         0  as configured",
                        "b      t3       50      0       3     10   2.0 k         0  as configured");
    }

    @Test
    void a_counter_that_began_anew_is_no_negative_rate() throws IOException {
        TopFrame frame = TopFrame.between(look(1, row("a", "t", 100, 0, 50, 50)), look(2, row("a", "t", 3, 0, 5, 7)));
        assertThat(frame.rows().getFirst().opened()).isEqualTo(3);
        assertThat(frame.rows().getFirst().bytesToTarget()).isEqualTo(7);
    }

    @Test
    void a_target_of_several_groups_is_one_row_and_one_of_several_proxies_is_counted_once() throws IOException {
        String[] rows = {row("a", "t", 0, 4, 0, 0), row("a", "t", 0, 4, 0, 0), row("b", "t", 0, 4, 0, 0)};
        TopFrame frame = TopFrame.between(look(1, rows), look(2, rows));
        assertThat(frame.rows()).hasSize(2);
        assertThat(frame.lines("", TopRow.Order.NEW, false, 80, 24).get(1)).contains(" 4 active");
    }

    @Test
    void a_small_page_is_never_exceeded() throws IOException {
        String[] rows = new String[100];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row("a-proxy-with-a-long-name", "[2001:db8::" + (100 + i) + "]:8080", i, i, i, i);
        }
        TopFrame frame = TopFrame.between(look(1, rows), look(2, rows));
        List<String> lines = frame.lines("h".repeat(200), TopRow.Order.NEW, false, 40, 10);
        assertThat(lines).hasSize(10).allMatch(line -> line.length() <= 40);
        assertThat(lines.getLast()).isEqualTo("and 95 more");
        assertThat(frame.lines("head", TopRow.Order.NEW, false, 1, 1)).containsExactly("h");
    }
}
