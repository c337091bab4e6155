package io.weir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether this process may do what a verb does. */
final class Privileges {

    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_BPF = 39;

    private Privileges() {}

    /** @throws CommandFailure naming the capabilities that are missing */
    static void require(String verb) {
        long effective = effective();
        List<String> missing = new ArrayList<>();
        if (!has(effective, CAP_NET_ADMIN)) {
            missing.add("CAP_NET_ADMIN");
        }
        if (!has(effective, CAP_BPF) && !has(effective, CAP_SYS_ADMIN)) {
            missing.add("CAP_BPF");
        }
        if (!missing.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.UNSUPPORTED, verb + ": " + String.join(" and ", missing) + " missing: run it with sudo");
        }
    }

    private static boolean has(long capabilities, int number) {
        return (capabilities >>> number & 1) == 1;
    }

    /** The effective set (proc(5), CapEff). */
    private static long effective() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.UNSUPPORTED, "cannot read /proc/self/status: mount /proc", e);
        }
    }
}
