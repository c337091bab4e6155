package io.weir;

import io.weir.dataplane.PinnedDataplane;
import io.weir.engine.DataplaneException;
import io.weir.engine.Image.ServiceKey;
import io.weir.model.IpAddress;
import io.weir.policy.VipRole;
import io.weir.vip.VipWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The VIPs that VRRP has given to this host, found without a node that runs: packets of clients come here because of them. What
 * keepalived said last may have been overtaken; that a VIP stands on an interface has not. An address that stands here where
 * nobody speaks VRRP is the host's own.
 */
final class HeldVips {

    private static final String KEEPALIVED = "keepalived";

    private HeldVips() {}

    /** The file that keeps what keepalived said last. */
    static Path record(Path pinPath) {
        return PinLock.directory().resolve("vips-" + PinLock.position(pinPath));
    }

    /** Those that listeners of the pinned data path are for, or the roles by which it has them; empty if it has none. */
    static List<String> under(Path pinPath) {
        Map<String, VipRole> roles = VipWatch.lastKnown(record(pinPath));
        return listeners(pinPath)
                .map(listeners -> of(roles, keepalivedRuns(), listeners, addresses()))
                .orElse(List.of());
    }

    /**
     * @param roles by instance
     * @param runs whether keepalived does
     * @param listeners an empty one is for any address
     * @param addresses of this host, with their interfaces
     */
    static List<String> of(
            Map<String, VipRole> roles,
            boolean runs,
            Set<Optional<IpAddress>> listeners,
            Map<IpAddress, String> addresses) {
        if (!runs && roles.values().stream().allMatch(role -> role instanceof VipRole.Stopped)) {
            return List.of();
        }
        List<String> standing = listeners.stream()
                .flatMap(Optional::stream)
                .sorted()
                .filter(addresses::containsKey)
                .map(vip -> vip + " on " + addresses.get(vip))
                .toList();
        boolean mayStand = listeners.isEmpty() || listeners.contains(Optional.<IpAddress>empty());
        return standing.isEmpty() && mayStand ? masters(roles) : standing;
    }

    private static List<String> masters(Map<String, VipRole> roles) {
        return new TreeMap<>(roles)
                .entrySet().stream()
                        .filter(role -> role.getValue() instanceof VipRole.Master)
                        .map(role -> "those of " + role.getKey())
                        .toList();
    }

    /** Empty if nothing is pinned. One of another version does not say for which addresses it is. */
    private static Optional<Set<Optional<IpAddress>>> listeners(Path pinPath) {
        try {
            return PinnedDataplane.open(pinPath).map(HeldVips::listeners);
        } catch (DataplaneException otherVersion) {
            return Optional.of(Set.of());
        }
    }

    private static Set<Optional<IpAddress>> listeners(PinnedDataplane pinned) {
        try (pinned) {
            return pinned.read().services().keySet().stream()
                    .map(ServiceKey::address)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /** In the network namespace of this process, which is that of the data path. */
    private static Map<IpAddress, String> addresses() {
        Map<IpAddress, String> addresses = new TreeMap<>();
        try {
            NetworkInterface.networkInterfaces()
                    .forEach(device -> device.inetAddresses()
                            .forEach(address -> addresses.put(IpAddress.of(address), device.getName())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return addresses;
    }

    private static boolean keepalivedRuns() {
        Optional<Path> here = namespace(ProcessHandle.current().pid());
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .map(Path::of)
                        .filter(program -> program.endsWith(KEEPALIVED))
                        .isPresent())
                .anyMatch(process -> namespace(process.pid()).equals(here));
    }

    private static Optional<Path> namespace(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
