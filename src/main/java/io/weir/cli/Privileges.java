package io.weir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether this process may do what a verb does. */
final class Privileges {

    private static final Path STATUS = Path.of("/proc/self/status");

    /** Bits of capabilities(7). */
    enum Capability {
        CAP_NET_ADMIN(12),
        CAP_SYS_ADMIN(21),
        CAP_BPF(39);

        private final int bit;

        Capability(int bit) {
            this.bit = bit;
        }

        private boolean in(long set) {
            return (set >>> bit & 1) == 1;
        }
    }

    private Privileges() {}

    /** @throws CommandFailure naming the capabilities that are missing of those that weir takes, and of these */
    static void require(String verb, Capability... more) {
        try {
            missing(Files.readAllLines(STATUS), more).ifPresent(problem -> {
                throw new CommandFailure(ExitCode.UNSUPPORTED, verb + ": " + problem);
            });
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.UNSUPPORTED, "cannot read " + STATUS + ": mount /proc", e);
        }
    }

    /**
     * What is missing and what to do, where sudo helps and where it does not.
     *
     * @param status lines of proc(5), status
     */
    static Optional<String> missing(List<String> status, Capability... more) {
        long effective = set(status, "CapEff:");
        List<Capability> missing = Stream.concat(
                        Stream.of(Capability.CAP_NET_ADMIN, Capability.CAP_BPF), Stream.of(more))
                .filter(one -> !one.in(effective))
                .filter(one -> one != Capability.CAP_BPF || !Capability.CAP_SYS_ADMIN.in(effective))
                .toList();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        long bounding = set(status, "CapBnd:");
        String names = missing.stream().map(Enum::name).collect(Collectors.joining(" and "));
        if (missing.stream().anyMatch(one -> !one.in(bounding))) {
            return Optional.of(names + " missing, which not even root has here: let the container or the unit have it"
                    + " (--cap-add, CapabilityBoundingSet=)");
        }
        return Optional.of(names
                + (isRoot(status)
                        ? " missing, which this root has given up: start it with that"
                        : " missing: run it with sudo"));
    }

    private static long set(List<String> status, String name) {
        return value(status, name).map(text -> Long.parseUnsignedLong(text, 16)).orElse(0L);
    }

    /** Real, effective, saved and file system's. */
    private static boolean isRoot(List<String> status) {
        return value(status, "Uid:")
                .filter(ids -> ids.split("\\s+")[1].equals("0"))
                .isPresent();
    }

    private static Optional<String> value(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst();
    }
}
