package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileTextTest {

    @TempDir
    private Path folder;

    @Test
    void bytes_that_are_not_utf_8_are_refused_with_their_line() throws IOException {
        Path file = folder.resolve("latin.edn");
        Files.write(file, "{:proxies []\n ;; caf\u00e9\n}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ConfigFile.load(file)).hasMessage(file + ":2: is not UTF-8");
    }

    @Test
    void a_file_that_ends_inside_a_character_is_not_utf_8() throws IOException {
        Path file = folder.resolve("cut.edn");
        Files.write(file, new byte[] {'{', '}', (byte) 0xc3});
        assertThatThrownBy(() -> ConfigFile.load(file)).hasMessage(file + ":1: is not UTF-8");
    }

    @Test
    void a_byte_order_mark_is_skipped() throws IOException {
        Path file = folder.resolve("marked.edn");
        Files.writeString(file, "\ufeff{:proxies []}");
        assertThat(ConfigFile.load(file).proxies()).isEmpty();
    }

    @Test
    void a_file_of_any_size_is_refused_before_it_is_parsed() throws IOException {
        Path file = folder.resolve("huge.edn");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 33);
        }
        assertThatThrownBy(() -> ConfigFile.load(file)).hasMessage(file + ": is larger than 8 MiB");
    }

    @Test
    void ten_thousand_proxies_load() throws IOException {
        StringBuilder text = new StringBuilder("{:proxies [\n");
        for (int i = 0; i < 10_000; i++) {
            text.append("{:name \"p").append(i).append("\" :listen {:interfaces [\"eth0\"] :port ");
            text.append(1 + i).append("} :default-target {:ip \"10.0.0.1\" :port 80}}\n");
        }
        Path file = folder.resolve("many.edn");
        Files.writeString(file, text.append("]}"));
        assertThat(ConfigFile.load(file).proxies()).hasSize(10_000);
    }
}
