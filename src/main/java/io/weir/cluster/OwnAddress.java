package io.weir.cluster;

import io.weir.model.Cluster;
import io.weir.model.Cluster.Seed;
import io.weir.model.IpAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Optional;

/** Where peers reach this node, when the settings do not say it: nobody can call 0.0.0.0. */
final class OwnAddress {

    private OwnAddress() {}

    /**
     * What the settings say; otherwise the address that the way to the first seed begins with, or the first one of an interface.
     *
     * @throws IllegalStateException if there is none
     */
    static IpAddress of(Cluster settings) {
        IpAddress bind = settings.bindAddress();
        Optional<IpAddress> said =
                settings.advertiseAddress().or(() -> Optional.of(bind).filter(address -> !address.isUnspecified()));
        return said.or(() -> towards(settings.seeds(), bind.family()))
                .or(() -> ofInterface(bind.family()))
                .orElseThrow(() -> new IllegalStateException(
                        "this host has no address that peers could reach: write an :advertise-address"));
    }

    private static Optional<IpAddress> towards(List<Seed> seeds, IpAddress.Family family) {
        return seeds.stream()
                .map(seed -> new InetSocketAddress(seed.host(), seed.port()))
                .filter(seed ->
                        !seed.isUnresolved() && IpAddress.of(seed.getAddress()).family() == family)
                .flatMap(seed -> source(seed).stream())
                .findFirst();
    }

    /** Connecting a datagram socket sends nothing: it asks the routing table. */
    private static Optional<IpAddress> source(InetSocketAddress to) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(to);
            return Optional.of(IpAddress.of(socket.getLocalAddress())).filter(address -> !address.isUnspecified());
        } catch (IOException | RuntimeException noWay) {
            return Optional.empty();
        }
    }

    private static Optional<IpAddress> ofInterface(IpAddress.Family family) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(IpAddress::of)
                    .filter(address -> address.family() == family && !address.isLoopback() && !address.isLinkLocal())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
