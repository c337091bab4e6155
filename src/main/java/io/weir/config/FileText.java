package io.weir.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The text of a configuration file: UTF-8, of a bounded size. */
final class FileText {

    /** Ten thousand proxies with ten targets each are half of it; the program's memory is sized for it. */
    private static final int MAX_BYTES = 8 << 20;

    private FileText() {}

    static String of(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw failure(file, 0, "is larger than " + (MAX_BYTES >> 20) + " MiB");
            }
            return decode(file, bytes);
        } catch (NoSuchFileException missing) {
            throw failure(file, 0, "there is no such file");
        } catch (AccessDeniedException denied) {
            throw failure(file, 0, "may not be read by this user");
        } catch (IOException broken) {
            throw failure(
                    file, 0, Files.isDirectory(file) ? "is a directory" : "cannot be read: " + broken.getMessage());
        }
    }

    private static String decode(Path file, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            String text = out.flip().toString();
            throw failure(
                    file,
                    1
                            + (int) text.chars()
                                    .filter(character -> character == '\n')
                                    .count(),
                    "is not UTF-8");
        }
        String text = out.flip().toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static ConfigException failure(Path file, int line, String message) {
        return new ConfigException(file.toString(), List.of(new ConfigError("", line, message)));
    }
}
