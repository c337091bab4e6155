package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.Seed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import us.bpsm.edn.Keyword;
import us.bpsm.edn.parser.Parsers;

/** The tree is the one that edn-java itself would have built. */
final class EdnLibraryTest {

    @Test
    void it_reads_what_the_library_reads() {
        Seed.times(2000, random -> {
            String text = value(random, 4);
            Object expected = Parsers.newParser(Parsers.defaultConfiguration()).nextValue(Parsers.newParseable(text));
            assertThat(plain(EdnReader.read(text))).isEqualTo(expected);
        });
    }

    private static Object plain(Edn node) {
        return switch (node) {
            case Edn.Text text -> text.value();
            case Edn.Whole whole -> whole.value();
            case Edn.Fraction fraction -> fraction.value();
            case Edn.Flag flag -> flag.value();
            case Edn.Word word -> Keyword.newKeyword(word.name());
            case Edn.Nil nil -> null;
            case Edn.Foreign foreign -> throw new AssertionError(foreign);
            case Edn.Vector vector ->
                vector.items().stream().map(EdnLibraryTest::plain).collect(Collectors.toList());
            case Edn.Table table -> {
                Map<Object, Object> map = new HashMap<>();
                table.entries().forEach(entry -> map.put(plain(entry.key()), plain(entry.value())));
                yield map;
            }
        };
    }

    private static String value(Random random, int depth) {
        String blank = List.of(" ", "\n", ",", " ;; a ] comment }\n", " #_ [1 {:a 2}] ", "\t\r\n")
                .get(random.nextInt(6));
        return blank
                + switch (random.nextInt(depth > 0 ? 8 : 6)) {
                    case 0 -> Long.toString(random.nextLong());
                    case 1 -> Double.toString(random.nextGaussian());
                    case 2 -> random.nextBoolean() ? "true" : "false";
                    case 3 -> ":k" + random.nextInt(1000);
                    case 4 -> "nil";
                    case 5 ->
                        List.of("\"\"", "\"a b ; c\"", "\"q\\\"u\\\\o\\nte\"", "\"π ]\"")
                                .get(random.nextInt(4));
                    case 6 -> "[" + values(random, depth, "") + "]";
                    default -> "{" + values(random, depth, ":key") + "}";
                }
                + " ";
    }

    private static String values(Random random, int depth, String key) {
        return IntStream.range(0, random.nextInt(5))
                .mapToObj(i -> (key.isEmpty() ? "" : key + i + " ") + value(random, depth - 1))
                .collect(Collectors.joining());
    }
}
