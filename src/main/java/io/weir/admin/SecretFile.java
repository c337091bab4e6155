package io.weir.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes of a key or a certificate, from a file that an operator names. */
final class SecretFile {

    /** A certificate with the longest chain is far below it. */
    private static final int MAX_BYTES = 1 << 20;

    private SecretFile() {}

    /** Refuses what would be waited for (a pipe), or would not fit the program's memory. */
    static byte[] read(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "it is no regular file");
        }
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new FileSystemException(file.toString(), null, "it is larger than " + (MAX_BYTES >> 20) + " MiB");
            }
            return bytes;
        }
    }
}
