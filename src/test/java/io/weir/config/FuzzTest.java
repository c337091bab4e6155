package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.Seed;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Broken files end in errors for an operator, whatever is broken about them. */
final class FuzzTest {

    private static final List<String> DOCUMENTS = Stream.concat(
                    TestFiles.ednFiles(Path.of("cluster-config")).stream(),
                    TestFiles.ednFiles(TestFiles.resourceFolder("published/whole")).stream())
            .map(TestFiles::read)
            .toList();

    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "#{",
            "#_",
            "#:a{",
            "#inst ",
            "\"",
            "\\",
            ";",
            ":",
            "/",
            "nil",
            "true",
            "-1",
            "99999999999999999999",
            "1e999",
            "1e+",
            "0x10",
            "+",
            "1/2",
            "a/b/c/d",
            "\\u0041",
            "\u0000",
            "\ud800",
            "\uffff",
            "\r",
            "\r\n",
            ",",
            ":port",
            ":weight 0",
            "{}",
            "[]",
            "##NaN",
            "\"\\u00\"",
            "^",
            "@",
            "'",
            "~");

    @Test
    void a_mutated_file_is_accepted_or_refused_and_nothing_else() {
        Seed.times(5000, FuzzTest::mutated);
    }

    private static void mutated(Random random) {
        String text = DOCUMENTS.get(random.nextInt(DOCUMENTS.size()));
        for (int i = random.nextInt(8); i >= 0; i--) {
            text = mutate(text, random);
        }
        assertRefusedInOrderOrAccepted(text);
    }

    @Test
    void text_that_was_never_a_file_is_refused() {
        Seed.times(2000, FuzzTest::neverAFile);
    }

    private static void neverAFile(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i >= 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size()))).append(random.nextBoolean() ? " " : "");
        }
        assertRefusedInOrderOrAccepted(text.toString());
    }

    private static String mutate(String text, Random random) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(12));
        String head = text.substring(0, from);
        return switch (random.nextInt(5)) {
            case 0 -> head + text.substring(to);
            case 1 -> head + text.substring(from, to) + text.substring(from);
            case 2 -> head + PIECES.get(random.nextInt(PIECES.size())) + text.substring(to);
            case 3 -> head + (char) random.nextInt(0x250) + text.substring(Math.min(text.length(), from + 1));
            default -> head + PIECES.get(random.nextInt(PIECES.size())) + text.substring(from);
        };
    }

    private static void assertRefusedInOrderOrAccepted(String text) {
        try {
            assertThat(ConfigFile.parse(text, "config.edn")).isNotNull();
        } catch (ConfigException refused) {
            int lines =
                    1 + (int) text.chars().filter(c -> c == '\n' || c == '\r').count();
            assertThat(refused.errors()).isNotEmpty().allSatisfy(error -> {
                assertThat(error.line()).isBetween(1, lines);
                assertThat(error.message()).isNotBlank().hasSizeLessThan(400).matches("\\P{Cntrl}*");
            });
            assertThat(refused.errors()).isSortedAccordingTo(java.util.Comparator.comparingInt(ConfigError::line));
        }
    }
}
