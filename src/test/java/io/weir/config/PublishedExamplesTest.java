package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Desired;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The examples of the documents this surface was first published in, letter by letter. */
final class PublishedExamplesTest {

    private static final String NAME = ":name \"example\"";
    private static final String LISTEN = ":listen {:interfaces [\"eth0\"] :port 80}";
    private static final String TARGET = ":default-target {:ip \"10.9.9.9\" :port 8080}";

    @TestFactory
    Stream<DynamicTest> a_published_example_passes_the_check_unchanged() {
        List<Path> files = TestFiles.ednFiles(TestFiles.resourceFolder("published"));
        assertThat(files).hasSize(33);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(),
                        () -> assertThat(ConfigFile.parse(
                                        complete(file), file.getFileName().toString()))
                                .isNotNull()));
    }

    @TestFactory
    Stream<DynamicTest> an_example_file_loads_and_survives_being_written_back() {
        List<Path> files = TestFiles.ednFiles(Path.of("cluster-config"));
        assertThat(files).hasSizeGreaterThanOrEqualTo(3);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    Desired desired = ConfigFile.load(file);
                    assertThat(desired.proxies()).isNotEmpty();
                    assertThat(ConfigFile.parse(ConfigText.of(desired), "written.edn"))
                            .isEqualTo(desired);
                }));
    }

    /** A fragment in the smallest configuration it can stand in; its folder says what it is. */
    private static String complete(Path file) {
        String text = TestFiles.read(file);
        return switch (file.getParent().getFileName().toString()) {
            case "whole" -> text;
            case "settings" -> "{:proxies [{" + NAME + LISTEN + TARGET + "}]\n" + text + "}";
            case "proxy" -> "{:proxies [" + text + "]}";
            case "proxy-keys" -> proxy(NAME + LISTEN + (text.contains(":default-target") ? "" : TARGET) + "\n" + text);
            case "target" -> proxy(NAME + LISTEN + ":default-target " + text);
            case "proxy-without-targets" -> {
                int end = text.lastIndexOf('}');
                yield "{:proxies [" + text.substring(0, end) + LISTEN + TARGET + text.substring(end) + "]}";
            }
            case String other -> throw new AssertionError(other);
        };
    }

    private static String proxy(String keys) {
        return "{:proxies [{" + keys + "}]}";
    }
}
