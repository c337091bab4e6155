package io.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.config.ConfigException;
import io.weir.config.ConfigFile;
import io.weir.model.Desired;
import io.weir.model.Settings;
import io.weir.testing.KernelTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start by the Java API refuses. */
@KernelTest
class LoadBalancerTest {

    @TempDir
    private Path directory;

    @Test
    void a_configuration_that_may_not_run_is_refused_before_anything_is_touched() {
        Path pins = directory.resolve("pins");
        Desired open = ConfigFile.parse(
                "{:proxies [] :settings {:pin-path \"" + pins
                        + "\" :cluster {:enabled true :bind-address \"0.0.0.0\"}}}",
                "open.edn");
        assertThatThrownBy(() -> LoadBalancer.start(open))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("anyone can join");
        assertThat(pins).doesNotExist();
    }

    @Test
    void a_second_one_on_the_same_pins_is_refused() {
        Path pins = directory.resolve("pins");
        try (PinLock _ = PinLock.take(pins)) {
            assertThatThrownBy(() -> LoadBalancer.start(nothing(pins)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a load balancer of this process runs on " + pins + ": close it first");
        }
        assertThat(pins).doesNotExist();
    }

    @Test
    void a_start_that_fails_lets_go_of_its_pins() {
        Path pins = directory.resolve("pins");
        for (int start = 0; start < 2; start++) {
            assertThatThrownBy(() -> LoadBalancer.start(nothing(pins)))
                    .hasMessageContaining("does not lie in a BPF file system");
        }
        PinLock.take(pins).close();
    }

    private static Desired nothing(Path pins) {
        return new Desired(List.of(), Settings.DEFAULT.withPinPath(pins));
    }
}
