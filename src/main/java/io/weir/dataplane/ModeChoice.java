package io.weir.dataplane;

import io.weir.engine.Dataplane.Attachment;
import io.weir.engine.DataplaneException;
import io.weir.libbpf.Interfaces;
import io.weir.model.Settings.XdpMode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** How the data path is attached to an interface of some kind. */
final class ModeChoice {

    /** Drivers whose packets may carry unfinished checksums or wait for segmentation: XDP's arithmetic would be wrong. */
    private static final Map<String, String> LOCAL = Map.of(
            "veth", "a veth pair, whose packets may carry unfinished checksums",
            "bridge", "a bridge, whose packets may come from this host",
            "tun", "a tap device, whose packets may carry unfinished checksums");

    private ModeChoice() {}

    /**
     * @param wanted what the settings ask for
     * @param driver as ethtool says it
     * @param hardwareType ARPHRD_*
     * @return the mode, {@code NATIVE} where {@code GENERIC} may have to do, and why
     * @throws DataplaneException if nothing can be attached there
     */
    static Attachment of(String name, XdpMode wanted, Optional<String> driver, OptionalInt hardwareType) {
        int type = hardwareType.orElseThrow(
                () -> new DataplaneException("there is no interface " + name + ": create it, or correct the name", 0));
        if (type != Interfaces.ARPHRD_ETHER && type != Interfaces.ARPHRD_LOOPBACK) {
            throw new DataplaneException(
                    "interface " + name + " carries no Ethernet frames (hardware type " + type
                            + "): the data path cannot read its packets, listen on another",
                    0);
        }
        if (wanted != XdpMode.AUTO) {
            return new Attachment(
                    wanted,
                    wanted == XdpMode.TC
                            ? "asked for by :xdp-mode, or needed by a target that is link-local on another interface, or ::1"
                            : "asked for by :xdp-mode");
        }
        if (type == Interfaces.ARPHRD_LOOPBACK) {
            return new Attachment(XdpMode.TC, "the loopback interface, whose packets carry unfinished checksums");
        }
        return driver.map(LOCAL::get)
                .map(why -> new Attachment(XdpMode.TC, why))
                .orElseGet(() -> new Attachment(
                        XdpMode.NATIVE, "the driver " + driver.orElse("of the interface") + " runs XDP itself"));
    }

    /** Why generic XDP runs although native would be better. */
    static Attachment generic(Optional<String> driver, String refusal) {
        return new Attachment(
                XdpMode.GENERIC, "the driver " + driver.orElse("of the interface") + " refused native XDP: " + refusal);
    }

    /**
     * Whether what is attached already is what would be chosen: native falls back to generic only when asked for {@code
     * AUTO}.
     */
    static boolean suffices(XdpMode wanted, XdpMode chosen, XdpMode attached) {
        return chosen == attached
                || (wanted == XdpMode.AUTO && chosen == XdpMode.NATIVE && attached == XdpMode.GENERIC);
    }
}
