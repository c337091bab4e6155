package io.weir.dataplane;

import io.weir.engine.Dataplane.Attachment;
import io.weir.engine.DataplaneException;
import io.weir.engine.Image;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.BpfLink;
import io.weir.libbpf.Errno;
import io.weir.libbpf.Interfaces;
import io.weir.libbpf.TcDirection;
import io.weir.libbpf.Xdp;
import io.weir.model.Settings.XdpMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the data path is attached. In XDP modes an interface has XDP and TC egress, in TC mode both sides of TC. A change
 * attaches the new hook before it takes the old one off.
 */
final class Attachments {

    private final PinDirectory pins;
    private final TcHook tc;
    private final HeldInterfaces held;
    private final BpfObjects objects;
    private final Map<String, Attachment> reasons = new HashMap<>();

    Attachments(PinDirectory pins, TcHook tc, HeldInterfaces held, BpfObjects objects) {
        this.pins = pins;
        this.tc = tc;
        this.held = held;
        this.objects = objects;
    }

    /** What is attached, read back; pins whose interface is gone are removed. */
    Map<String, Image.Hook> read() {
        pins.links().forEach((name, pin) -> {
            try (BpfLink link = BpfLink.open(pin)) {
                int index = link.info().interfaceIndex();
                if (index != 0 && Interfaces.index(name.interfaceName()).orElse(0) == index) {
                    return;
                }
            }
            PinDirectory.remove(pin);
        });
        Map<String, Image.Hook> hooks = look(pins, tc);
        hooks.forEach((name, hook) -> held.note(name, hook.interfaceIndex()));
        hooks.forEach(
                (name, hook) -> reasons.computeIfAbsent(name, key -> new Attachment(hook.mode(), "found attached")));
        reasons.keySet().retainAll(hooks.keySet());
        return hooks;
    }

    /** What is attached, by interface; changes nothing. */
    static Map<String, Image.Hook> look(PinDirectory pins, TcHook tc) {
        Set<String> names = new TreeSet<>(tc.unpinned());
        pins.links().keySet().forEach(link -> names.add(link.interfaceName()));
        Map<String, Image.Hook> hooks = new TreeMap<>();
        for (String name : names) {
            Interfaces.index(name)
                    .ifPresent(index -> mode(pins, tc, name, index)
                            .ifPresent(mode -> hooks.put(name, new Image.Hook(index, mode))));
        }
        return hooks;
    }

    /** How it is attached and why, by interface. */
    Map<String, Attachment> reasons() {
        return Map.copyOf(reasons);
    }

    /**
     * Gives every hook that is attached the programs of these objects; a packet meets either the old or the new one. In an
     * order in which the replies of new connections find their flow at each point, with other maps too: first where only
     * replies come in, then where clients do, and last where the stack's replies leave, which are those that the others missed.
     *
     * @param listening interfaces on which clients come in
     * @param replaced called after each
     */
    void replacePrograms(Set<String> listening, Runnable replaced) {
        List<Map.Entry<String, Image.Hook>> order = read().entrySet().stream()
                .sorted(Comparator.comparing(entry -> listening.contains(entry.getKey())))
                .toList();
        order.forEach(entry -> {
            replaceXdp(entry.getKey(), entry.getValue(), replaced);
            replaceTc(entry.getKey(), entry.getValue(), TcDirection.INGRESS, replaced);
        });
        order.forEach(entry -> replaceTc(entry.getKey(), entry.getValue(), TcDirection.EGRESS, replaced));
    }

    private void replaceXdp(String name, Image.Hook hook, Runnable replaced) {
        if (hook.mode() != XdpMode.TC) {
            try (BpfLink link = BpfLink.open(xdpPin(name))) {
                link.update(objects.program(BpfObjects.XDP));
            }
            replaced.run();
        }
    }

    private void replaceTc(String name, Image.Hook hook, TcDirection direction, Runnable replaced) {
        if (tc.isAttached(name, hook.interfaceIndex(), direction)) {
            attachTc(name, hook.interfaceIndex(), direction);
            replaced.run();
        }
    }

    /**
     * How an interface will be attached.
     *
     * @throws DataplaneException if it cannot be
     */
    static Attachment choose(String name, Image.Hook hook) {
        Attachment wanted = ModeChoice.of(name, hook.mode(), Interfaces.driver(name), Interfaces.hardwareType(name));
        if (Interfaces.index(name).orElse(0) != hook.interfaceIndex()) {
            throw new DataplaneException("interface " + name + " is no longer number " + hook.interfaceIndex(), 0);
        }
        return wanted;
    }

    /** Brings an interface into a mode; nothing happens when it is in it. */
    void attach(String name, Image.Hook hook, Attachment wanted) {
        int index = hook.interfaceIndex();
        held.take(name, index);
        Optional<XdpMode> before = mode(pins, tc, name, index);
        if (before.filter(mode -> ModeChoice.suffices(hook.mode(), wanted.mode(), mode))
                .isPresent()) {
            attachTc(name, index, TcDirection.EGRESS);
            reasons.merge(name, wanted, (known, now) -> known.mode() == now.mode() ? now : known);
            return;
        }
        attachTc(name, index, TcDirection.EGRESS);
        if (wanted.mode() == XdpMode.TC) {
            attachTc(name, index, TcDirection.INGRESS);
            detachXdp(name);
            reasons.put(name, wanted);
        } else {
            reasons.put(name, changeXdp(name, index, hook.mode(), wanted, before));
        }
    }

    /** An interface has one mode of XDP at a time: from one to the other, TC looks at what comes in. */
    private Attachment changeXdp(String name, int index, XdpMode asked, Attachment wanted, Optional<XdpMode> before) {
        Optional<XdpMode> former = before.filter(mode -> mode != XdpMode.TC);
        if (former.isPresent()) {
            attachTc(name, index, TcDirection.INGRESS);
        }
        detachXdp(name);
        try {
            Attachment attached = attachXdp(name, index, asked, wanted);
            tc.detach(name, index, TcDirection.INGRESS);
            return attached;
        } catch (RuntimeException refused) {
            former.ifPresent(mode -> {
                linkXdp(name, index, mode);
                tc.detach(name, index, TcDirection.INGRESS);
            });
            throw refused;
        }
    }

    /** Takes everything of ours off an interface, whether or not it still exists. */
    void detach(String name) {
        int index = Interfaces.index(name).orElse(0);
        detachXdp(name);
        tc.detach(name, index, TcDirection.INGRESS);
        tc.detach(name, index, TcDirection.EGRESS);
        reasons.remove(name);
        held.release(name);
    }

    /** Whether an interface runs native XDP: then redirects need the other driver's help. */
    boolean isAnyNative() {
        return reasons.values().stream().anyMatch(attachment -> attachment.mode() == XdpMode.NATIVE);
    }

    private Attachment attachXdp(String name, int index, XdpMode asked, Attachment wanted) {
        requireNoForeign(name, index);
        try {
            linkXdp(name, index, wanted.mode());
            return wanted;
        } catch (BpfException refused) {
            if (asked != XdpMode.AUTO || refused.errno() == Errno.EBUSY || refused.errno() == Errno.EPERM) {
                throw refused;
            }
            linkXdp(name, index, XdpMode.GENERIC);
            return ModeChoice.generic(Interfaces.driver(name), refused.errorName());
        }
    }

    private void linkXdp(String name, int index, XdpMode mode) {
        Xdp.Mode kernel = mode == XdpMode.NATIVE ? Xdp.Mode.NATIVE : Xdp.Mode.GENERIC;
        try (BpfLink link = BpfLink.xdp(objects.program(BpfObjects.XDP), index, kernel)) {
            link.pin(xdpPin(name));
        }
    }

    private static void requireNoForeign(String name, int index) {
        Xdp.query(index).ifPresent(foreign -> {
            throw new DataplaneException(
                    "interface " + name + " already has an XDP program, number " + foreign.programId()
                            + ", which is not ours: take it off (bpftool prog show id " + foreign.programId()
                            + ", ip link set dev " + name + " xdp off), or set :xdp-mode :tc",
                    Errno.EBUSY);
        });
    }

    private void attachTc(String name, int index, TcDirection direction) {
        String program = direction == TcDirection.INGRESS ? BpfObjects.INGRESS : BpfObjects.EGRESS;
        tc.attach(name, index, direction, objects.program(program));
    }

    private void detachXdp(String name) {
        PinDirectory.takeOff(xdpPin(name));
    }

    private static Optional<XdpMode> mode(PinDirectory pins, TcHook tc, String name, int index) {
        Path pin = pins.link(new LinkName(LinkName.Hook.XDP, name));
        if (Files.exists(pin)) {
            try (BpfLink link = BpfLink.open(pin)) {
                if (link.info().interfaceIndex() == index) {
                    return Xdp.query(index)
                            .map(attached -> attached.mode() == Xdp.Mode.NATIVE ? XdpMode.NATIVE : XdpMode.GENERIC);
                }
            }
        }
        return tc.isAttached(name, index, TcDirection.INGRESS) ? Optional.of(XdpMode.TC) : Optional.empty();
    }

    private Path xdpPin(String name) {
        return pins.link(new LinkName(LinkName.Hook.XDP, name));
    }
}
