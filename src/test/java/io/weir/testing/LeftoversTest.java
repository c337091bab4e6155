package io.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

@LabTest
class LeftoversTest {

    private static final String PREFIX = "weirleft";
    private static final Path FILES = Path.of(System.getProperty("java.io.tmpdir"));
    private static final long PATIENCE_SECONDS = 30;

    @Test
    void what_a_killed_process_made_goes_and_what_a_living_one_has_stays() throws Exception {
        Process maker = new ProcessBuilder("sleep", "600").start();
        String dead = PREFIX + "-" + maker.pid();
        String living = Leftovers.ownName(PREFIX);
        try {
            make(dead);
            make(living);
            Process guest = new ProcessBuilder("nsenter", "--net=" + namespace(dead), "sleep", "600").start();
            awaitGuest(dead);

            maker.destroyForcibly().waitFor();
            Leftovers.ofTheDead(PREFIX);

            assertThat(guest.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(places(dead)).noneMatch(Files::exists);
            assertThat(places(living)).allMatch(Files::exists);
        } finally {
            maker.destroyForcibly();
            Leftovers.remove(dead);
            Leftovers.remove(living);
        }
        assertThat(places(living)).noneMatch(Files::exists);
    }

    private static Path namespace(String name) {
        return Path.of("/run/netns", name + "-host");
    }

    private static List<Path> places(String name) {
        return List.of(namespace(name), Path.of("/sys/fs/bpf", name), FILES.resolve(name + "-file"));
    }

    private static void make(String name) throws IOException {
        Run.command("ip", "netns", "add", name + "-host");
        Files.createDirectories(Path.of("/sys/fs/bpf", name, "maps"));
        Files.writeString(FILES.resolve(name + "-file"), "left");
    }

    private static void awaitGuest(String name) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (Run.command("ip", "netns", "pids", name + "-host").isBlank()) {
            assertThat(System.nanoTime()).as("waited in vain for the guest").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}
