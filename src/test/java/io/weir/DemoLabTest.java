package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("lab")
class DemoLabTest {

    @Test
    void the_demo_is_true_and_leaves_nothing_behind() throws Exception {
        try (Program demo = demo()) {
            assertThat(demo.exitCode()).as(demo.output()).isZero();
            assertThat(demo.output()).contains("All of it is true.");
        }
        assertNothingIsLeft();
    }

    @Test
    void a_demo_that_is_interrupted_leaves_nothing_behind() throws Exception {
        try (Program demo = demo()) {
            demo.awaitOutput("weir forwards").signal("INT");
            demo.exitCode();
        }
        assertNothingIsLeft();
    }

    /** Starts it once no other runs on this machine. */
    private static Program demo() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (true) {
            Program demo = Program.start(List.of(), "demo").awaitOutput("\n");
            if (!demo.output().contains("another demo is running") || System.nanoTime() > deadline) {
                return demo;
            }
            demo.close();
        }
    }

    private static void assertNothingIsLeft() throws Exception {
        assertThat(Path.of("/sys/fs/bpf/weir-demo")).doesNotExist();
        try (var namespaces = Files.list(Path.of("/run/netns"))) {
            assertThat(namespaces.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("weir-demo"));
        }
    }
}
