package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoLockTest {

    @TempDir
    private Path directory;

    @Test
    void one_that_was_about_to_look_when_another_ended_keeps_a_third_out() {
        Path path = directory.resolve("run/demo.lock");
        DemoLock first = DemoLock.open(path).take();
        DemoLock second = DemoLock.open(path);
        first.close();
        try (DemoLock _ = second.take()) {
            assertThatThrownBy(() -> DemoLock.open(path).take())
                    .isInstanceOf(DemoFailure.class)
                    .hasMessage("another demo is running: wait for its end");
        }
    }
}
