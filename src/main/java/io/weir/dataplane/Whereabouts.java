package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.NetworkNamespace;
import io.weir.libbpf.Pins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the data paths of this host are, by their records: for who looks for one from where it is not to be seen. */
public final class Whereabouts {

    private static final Path NAMED = Path.of("/run/netns");
    private static final Path FIRST = Path.of("/proc/1/ns/net");

    private Whereabouts() {}

    /** Why nothing was found under a pin path, and what to do. */
    public static String absence(Path pinPath) {
        try {
            boolean isRecorded = new HostRecord(pinPath).namespace().isPresent();
            if (isRecorded && (hasOwnMounts() || !Pins.wouldLieInBpfFileSystem(pinPath))) {
                return "the data path under " + pinPath
                        + " is hidden here, as 'ip netns exec' hides /sys/fs/bpf: enter its"
                        + " network namespace with nsenter --net=/run/netns/NAME";
            }
            return nothing(pinPath, HostRecord.pinned());
        } catch (DataplaneException unreadable) { // what was not found is the matter
            return nothing(pinPath, List.of());
        }
    }

    /** Whether this process sees other mounts than the host's first: another BPF file system, or none. */
    private static boolean hasOwnMounts() {
        try {
            Path mounts = Path.of("ns", "mnt");
            return !Files.readSymbolicLink(Path.of("/proc/self").resolve(mounts))
                    .equals(Files.readSymbolicLink(Path.of("/proc/1").resolve(mounts)));
        } catch (IOException | UnsupportedOperationException notToBeSeen) {
            return false;
        }
    }

    private static String nothing(Path pinPath, List<Path> others) {
        Path parent = pinPath.toAbsolutePath().getParent();
        if (parent != null && Files.isDirectory(parent) && !Files.isExecutable(parent)) {
            return "this user may not look for a data path under " + parent + ": run it with sudo";
        }
        return "nothing is pinned under " + pinPath + ": start it with 'weir run', or name the place with --pin-path"
                + (others.isEmpty()
                        ? ""
                        : others.stream()
                                .map(Path::toString)
                                .collect(Collectors.joining(", ", " (this host has ", ")")));
    }

    /** The namespace of a cookie with how to enter it, if it has a name, or is that in which the host started. */
    static Optional<String> namespace(String cookie) {
        return Stream.concat(Stream.of(FIRST), PinDirectory.children(NAMED).stream())
                .filter(path -> cookie(path).filter(cookie::equals).isPresent())
                .findFirst()
                .map(path -> "nsenter --net=" + path);
    }

    private static Optional<String> cookie(Path namespace) {
        try {
            return Optional.of(Long.toUnsignedString(NetworkNamespace.run(namespace, NetworkNamespace::cookie)));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (Exception notToBeEntered) {
            return Optional.empty();
        }
    }
}
