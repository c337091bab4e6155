package io.weir;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ConfigSourceTest {

    @TempDir
    Path directory;

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_pipe_that_nobody_writes_to_is_refused_and_not_waited_for() throws Exception {
        Path pipe = directory.resolve("weir.edn");
        new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor();
        Path link = Files.createSymbolicLink(directory.resolve("link.edn"), pipe);

        assertThatThrownBy(() -> new ConfigSource(link, false).read())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(link + ": is no regular file");
    }
}
