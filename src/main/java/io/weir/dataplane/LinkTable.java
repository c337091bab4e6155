package io.weir.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weir.libbpf.BpfMap;
import io.weir.libbpf.Interfaces;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The map {@code links}: which interfaces take XDP redirects. A redirect to one that does not is lost without a trace, so only
 * drivers are listed that are known to implement {@code ndo_xdp_xmit}; packets to others go through the stack. A veth takes
 * them when its peer has GRO on or XDP attached. Generic XDP redirects to any Ethernet interface.
 */
final class LinkTable {

    private static final Set<String> REDIRECTABLE = Set.of(
            "veth",
            "virtio_net",
            "tun",
            "igb",
            "igc",
            "ixgbe",
            "ixgbevf",
            "i40e",
            "ice",
            "mlx5_core",
            "bnxt_en",
            "ena",
            "gve",
            "sfc",
            "qede",
            "mvneta",
            "mvpp2",
            "stmmac",
            "st_gmac",
            "dpaa2-eth",
            "fsl_dpaa2_eth",
            "fsl_enetc",
            "fec",
            "tsnep",
            "hv_netvsc",
            "vmxnet3",
            "vif",
            "xen-netfront",
            "netdevsim",
            "am65-cpsw-nuss",
            "cpsw",
            "lan966x-switch",
            "octeontx2");

    /** Of these, not even the generic redirect is taken: their frames are not those of the wire. */
    private static final Set<String> NEVER =
            Set.of("802.1Q VLAN Support", "bridge", "vxlan", "geneve", "macvlan", "ipvlan");

    private final BpfMap links;

    LinkTable(BpfMap links) {
        this.links = links;
    }

    /** Brings the map in line with the interfaces there are. */
    void refresh(boolean anyNative) {
        try (Arena arena = Arena.ofConfined()) {
            Set<Integer> known = new HashSet<>();
            links.forEach((key, value) -> known.add(key.get(JAVA_INT, 0)));
            MemorySegment value = NodeAbi.Link.LAYOUT.allocate(arena);
            Interfaces.all().forEach((name, index) -> {
                boolean redirect = takesRedirects(Interfaces.driver(name), Interfaces.hardwareType(name), anyNative);
                if (redirect) {
                    NodeAbi.Link.FLAGS.set(value, NodeAbi.LINK_REDIRECT);
                    links.update(arena.allocateFrom(JAVA_INT, index), value);
                    known.remove(index);
                }
            });
            known.forEach(gone -> links.delete(arena.allocateFrom(JAVA_INT, gone)));
        }
    }

    static boolean takesRedirects(Optional<String> driver, OptionalInt hardwareType, boolean anyNative) {
        if (hardwareType.orElse(0) != Interfaces.ARPHRD_ETHER
                || driver.filter(NEVER::contains).isPresent()) {
            return false;
        }
        return !anyNative || driver.filter(REDIRECTABLE::contains).isPresent();
    }
}
