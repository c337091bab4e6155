package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EdnReaderTest {

    @Test
    void every_value_knows_the_line_it_begins_on() {
        String text = """
                ;; a comment
                {:a 1 ; another
                 :b [true

                     "two
                lines" 2.5]
                 #_ {:c
                 4}
                 :d {:e nil}}""";
        for (String lineEnd : List.of("\n", "\r\n", "\r")) {
            Edn.Table table = (Edn.Table) EdnReader.read(text.replace("\n", lineEnd));
            assertThat(table.line()).isEqualTo(2);
            assertThat(table.entries())
                    .extracting(entry -> entry.value().line())
                    .containsExactly(2, 3, 9);
            Edn.Vector vector = (Edn.Vector) table.entries().get(1).value();
            assertThat(vector.items()).extracting(Edn::line).containsExactly(3, 5, 6);
        }
    }

    @Test
    void commas_are_blanks_and_duplicate_keys_are_kept() {
        assertThat(EdnReader.read("{:a,1,,:a 2}"))
                .isEqualTo(new Edn.Table(
                        List.of(
                                new Edn.Entry(new Edn.Word("a", 1), new Edn.Whole(1, 1)),
                                new Edn.Entry(new Edn.Word("a", 1), new Edn.Whole(2, 1))),
                        1));
    }
}
