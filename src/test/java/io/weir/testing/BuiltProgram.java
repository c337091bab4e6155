package io.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program as the launcher starts it, without the launcher, which would build it again. */
public final class BuiltProgram {

    private static final Path TARGET =
            Path.of(System.getProperty("weir.root", "."), "target").toAbsolutePath();

    private BuiltProgram() {}

    /** The words of its command line. */
    public static List<String> words(String... arguments) {
        List<String> words = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        try {
            words.addAll(Files.readAllLines(TARGET.resolve("java.options")));
        } catch (IOException failed) {
            throw new UncheckedIOException("the program is not built", failed);
        }
        Path classes = TARGET.resolve("weir.aot");
        if (Files.isReadable(classes)) {
            words.addAll(List.of("-XX:AOTCache=" + classes, "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        words.add("io.weir.Main");
        words.addAll(List.of(arguments));
        return words;
    }
}
