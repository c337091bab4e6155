package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The kernel settings the data path needs, changed once and restored on detach: the routing table only answers a program for
 * an interface that forwards, and only lets 127.0.0.0/8 be reached from outside with {@code route_localnet}.
 */
final class Sysctls {

    private static final String KIND = "sysctl";
    private static final Path ROOT = Path.of("/proc/sys/net");

    private final HostRecord record;

    Sysctls(HostRecord record) {
        this.record = record;
    }

    /** IPv4 from this interface is forwarded. */
    List<String> forwardIpv4(String interfaceName) {
        return set(List.of("ipv4/conf/" + interfaceName + "/forwarding"));
    }

    /**
     * IPv6 from this interface is forwarded. The kernel forwards only while {@code all} says so, and writing that writes
     * every interface, so all of them are remembered. A forwarding interface no longer takes router advertisements unless
     * {@code accept_ra} is 2.
     */
    List<String> forwardIpv6(String interfaceName) {
        if (!Files.isDirectory(ROOT.resolve("ipv6"))) {
            return List.of();
        }
        String all = "ipv6/conf/all/forwarding";
        String one = "ipv6/conf/" + interfaceName + "/forwarding";
        if (read(all).equals("1")) {
            return set(List.of(one));
        }
        List<HostRecord.Entry> before = new ArrayList<>();
        before.add(entry(all));
        try (Stream<Path> interfaces = Files.list(ROOT.resolve("ipv6/conf"))) {
            interfaces
                    .map(path -> "ipv6/conf/" + path.getFileName() + "/forwarding")
                    .sorted()
                    .forEach(path -> before.add(entry(path)));
        } catch (IOException failed) {
            throw refused(all, failed);
        }
        record.add(before);
        return set(List.of(all, one));
    }

    /** Loopback addresses are reached from this interface. */
    List<String> routeLocalnet(String interfaceName) {
        return set(List.of("ipv4/conf/" + interfaceName + "/route_localnet"));
    }

    /** Puts everything back that is still as it was set, in the order of the changes; what it did, one line each. */
    List<String> restore() {
        List<String> restored = new ArrayList<>();
        for (HostRecord.Entry entry : record.entries(KIND)) {
            // The interface may be gone.
            if (Files.exists(ROOT.resolve(entry.subject()))
                    && !read(entry.subject()).equals(entry.before())) {
                write(entry.subject(), entry.before());
                restored.add("restored " + text(entry.subject()) + " = " + entry.before());
            }
        }
        record.entries(KIND).forEach(record::remove);
        return restored;
    }

    private List<String> set(List<String> paths) {
        List<String> changed = new ArrayList<>();
        for (String path : paths) {
            if (!read(path).equals("1")) {
                record.add(List.of(entry(path)));
                write(path, "1");
                changed.add("set " + text(path) + " = 1");
            }
        }
        return changed;
    }

    private static HostRecord.Entry entry(String path) {
        return new HostRecord.Entry(KIND, path, read(path));
    }

    private static String text(String path) {
        return "net." + path.replace('/', '.');
    }

    private static String read(String path) {
        try {
            return Files.readString(ROOT.resolve(path)).strip();
        } catch (IOException failed) {
            throw refused(path, failed);
        }
    }

    private static void write(String path, String value) {
        try {
            Files.writeString(ROOT.resolve(path), value);
        } catch (IOException failed) {
            throw refused(path, failed);
        }
    }

    private static DataplaneException refused(String path, IOException cause) {
        return new DataplaneException(
                "cannot reach the kernel setting " + text(path) + ": " + cause.getMessage(), 0, cause);
    }
}
