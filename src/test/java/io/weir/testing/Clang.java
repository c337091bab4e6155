package io.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compiles C for tests, with the flags the launcher uses. */
public final class Clang {

    private Clang() {}

    /** A BPF object from source text; {@code bpf/} is on its include path. */
    public static byte[] object(String source, String... flags) {
        List<String> words = new ArrayList<>(List.of("-O2", "-g", "-Wall", "-target", "bpf", "-mcpu=v3", "-I", "bpf"));
        words.addAll(List.of(
                "-I", "/usr/include/" + System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu"));
        words.addAll(List.of(flags));
        words.add("-c");
        return compile(source, words);
    }

    /** What a program prints that is compiled from source text for this machine. */
    public static String printed(String source) {
        try {
            Path program = Files.createTempFile("printed", "");
            try {
                Files.write(program, compile(source, List.of()));
                Run.command("chmod", "+x", program.toString());
                return Run.command(program.toString());
            } finally {
                Files.delete(program);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] compile(String source, List<String> flags) {
        try {
            Path directory = Files.createTempDirectory("clang");
            Path in = directory.resolve("source.c");
            Path out = directory.resolve("out");
            try {
                Files.writeString(in, source);
                List<String> words = new ArrayList<>(List.of(compiler()));
                words.addAll(flags);
                words.addAll(List.of(in.toString(), "-o", out.toString()));
                Run.command(words.toArray(String[]::new));
                return Files.readAllBytes(out);
            } finally {
                Files.deleteIfExists(in);
                Files.deleteIfExists(out);
                Files.delete(directory);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String compiler() {
        return Run.status("sh", "-c", "command -v clang-19") == 0 ? "clang-19" : "clang";
    }
}
