package io.weir.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test that the machine cannot run and says what it lacks; with CI=true that is a failure. */
final class KernelCondition implements ExecutionCondition {

    private static final Path BPF_FS = Path.of("/sys/fs/bpf");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> missing = missing();
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("the kernel can be reached");
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException("this machine lacks " + missing.get() + ", which CI must have");
        }
        return ConditionEvaluationResult.disabled("lacks " + missing.get());
    }

    private static Optional<String> missing() {
        try {
            if (!Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"))) {
                return Optional.of("root");
            }
            if (!isMounted() && Run.status("mount", "-t", "bpf", "bpf", BPF_FS.toString()) != 0) {
                return Optional.of("a BPF file system at " + BPF_FS);
            }
            return Optional.empty();
        } catch (IOException unreadable) {
            return Optional.of("/proc");
        }
    }

    private static boolean isMounted() throws IOException {
        return Files.readAllLines(Path.of("/proc/mounts")).stream()
                .anyMatch(line -> line.contains(" " + BPF_FS + " bpf "));
    }
}
