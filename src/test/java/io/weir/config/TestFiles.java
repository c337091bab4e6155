package io.weir.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Files beside the tests. */
final class TestFiles {

    private TestFiles() {}

    static String resource(String name) {
        try (InputStream stream = Objects.requireNonNull(TestFiles.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static Path resourceFolder(String name) {
        try {
            return Path.of(new URI(Objects.requireNonNull(TestFiles.class.getResource(name), name)
                    .toString()));
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Every EDN file in a folder and below, in order. */
    static List<Path> ednFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".edn"))
                    .sorted()
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
