package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The kernel settings the data path needs, changed once and restored on detach, unless another data path needs them still:
 * the routing table only answers a program for an interface that forwards, and only lets 127.0.0.0/8 be reached from outside
 * with {@code route_localnet}.
 */
final class Sysctls {

    private static final String KIND = "sysctl";
    private static final String ALL_IPV6 = "ipv6/conf/all/forwarding";
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
        return HostLock.holding(() -> {
            String one = "ipv6/conf/" + interfaceName + "/forwarding";
            boolean forwards = read(ALL_IPV6).equals("1");
            if (forwards && record.others().stream().noneMatch(other -> other.has(KIND, ALL_IPV6))) {
                return setAlone(List.of(one));
            }
            record.add(forwards ? inherited() : ipv6Interfaces());
            return setAlone(List.of(ALL_IPV6, one));
        });
    }

    /** How all of them were, before {@code all} is written. */
    private static List<HostRecord.Entry> ipv6Interfaces() {
        List<HostRecord.Entry> before = new ArrayList<>();
        before.add(entry(ALL_IPV6));
        try (Stream<Path> interfaces = Files.list(ROOT.resolve("ipv6/conf"))) {
            interfaces
                    .map(path -> "ipv6/conf/" + path.getFileName() + "/forwarding")
                    .sorted()
                    .forEach(path -> before.add(entry(path)));
            return before;
        } catch (IOException failed) {
            throw refused(ALL_IPV6, failed);
        }
    }

    /** How they were before another data path wrote {@code all}: whoever is the last restores them. */
    private List<HostRecord.Entry> inherited() {
        return record.others().stream()
                .flatMap(other -> other.entries(KIND).stream())
                .filter(entry -> entry.subject().startsWith("ipv6/"))
                .toList();
    }

    /** Loopback addresses are reached from this interface. */
    List<String> routeLocalnet(String interfaceName) {
        return set(List.of("ipv4/conf/" + interfaceName + "/route_localnet"));
    }

    /**
     * Puts everything back that is still as it was set and that no other data path needs, in the order of the changes.
     *
     * @return what it did, one line each
     */
    List<String> restore() {
        return HostLock.holding(() -> {
            List<String> done = new ArrayList<>();
            List<HostRecord> others = record.others();
            for (HostRecord.Entry entry : record.entries(KIND)) {
                // The interface may be gone.
                if (Files.exists(ROOT.resolve(entry.subject()))
                        && !read(entry.subject()).equals(entry.before())) {
                    done.add(others.stream()
                            .filter(other -> other.has(KIND, entry.subject()))
                            .findFirst()
                            .map(other -> "left " + text(entry.subject()) + ": the data path under " + other.pinPath()
                                    + " needs it")
                            .orElseGet(() -> restore(entry)));
                }
                record.remove(entry);
            }
            return done;
        });
    }

    private static String restore(HostRecord.Entry entry) {
        write(entry.subject(), entry.before());
        return "restored " + text(entry.subject()) + " = " + entry.before();
    }

    private List<String> set(List<String> paths) {
        return HostLock.holding(() -> setAlone(paths));
    }

    private List<String> setAlone(List<String> paths) {
        List<String> changed = new ArrayList<>();
        for (String path : paths) {
            if (read(path).equals("1")) {
                // Another data path may have set it, and let go before this one.
                record.others().stream()
                        .flatMap(other -> other.find(KIND, path).stream())
                        .findFirst()
                        .ifPresent(entry -> record.add(List.of(entry)));
            } else {
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
