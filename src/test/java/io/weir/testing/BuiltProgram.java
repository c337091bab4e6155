package io.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program as it was built, without the launcher, which would build it again. */
public final class BuiltProgram {

    private static final Path TARGET =
            Path.of(System.getProperty("weir.root", "."), "target").toAbsolutePath();

    private BuiltProgram() {}

    /** The words of its command line. */
    public static List<String> words(String... arguments) {
        try {
            List<String> words = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-cp",
                    TARGET.resolve("classes") + ":"
                            + Files.readString(TARGET.resolve("classpath.runtime"))
                                    .strip(),
                    "io.weir.Main"));
            words.addAll(List.of(arguments));
            return words;
        } catch (IOException failed) {
            throw new UncheckedIOException("the program is not built", failed);
        }
    }
}
