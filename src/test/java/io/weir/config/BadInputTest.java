package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The scenarios of {@code bad-input.txt}: what an operator reads after a mistake. */
final class BadInputTest {

    private record Scenario(String sentence, String config, List<String> errors) {
        static Scenario parse(String text) {
            int body = text.indexOf('\n');
            int dashes = text.indexOf("--\n");
            return new Scenario(
                    text.substring(0, body),
                    text.substring(body + 1, dashes),
                    text.substring(dashes + 3)
                            .lines()
                            .filter(line -> !line.isBlank())
                            .toList());
        }
    }

    @TestFactory
    Stream<DynamicTest> every_mistake_is_named_with_its_path_and_line() {
        return Arrays.stream(TestFiles.resource("bad-input.txt").split("(?m)^## "))
                .skip(1)
                .map(Scenario::parse)
                .map(scenario -> DynamicTest.dynamicTest(scenario.sentence(), () -> {
                    ConfigException refused = catchThrowableOfType(
                            ConfigException.class, () -> ConfigFile.parse(scenario.config(), "config.edn"));
                    assertThat(refused).as("refused").isNotNull();
                    assertThat(refused.lines()).isEqualTo(scenario.errors());
                }));
    }
}
