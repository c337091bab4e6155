package io.weir.lab;

import io.weir.testing.Clang;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** A veth pair between two hosts. */
record Link(Host host, String device, Host other, String otherDevice) {

    private static final String PASS = """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            SEC("xdp") int pass(struct xdp_md *context) { return XDP_PASS; }
            """;

    static Link make(Host host, String device, Host other, String otherDevice) {
        Run.command(
                "ip",
                "-n",
                host.namespace(),
                "link",
                "add",
                device,
                "type",
                "veth",
                "peer",
                "name",
                otherDevice,
                "netns",
                other.namespace());
        Link link = new Link(host, device, other, otherDevice);
        link.set("up");
        return link;
    }

    /**
     * As a wire is: checksums are finished and segments cut when a frame leaves. GRO stays on at both ends, which lets a
     * veth take redirected frames.
     */
    Link withoutOffloads() {
        ends(end -> "ethtool -K " + end + " tx off tso off gso off gro on >/dev/null");
        return this;
    }

    /**
     * Puts an XDP program that passes everything on the first end: a veth wakes its peer for frames sent by XDP_TX only if
     * the peer has one (for redirected frames GRO is enough).
     */
    Link takesFramesOfXdpTx() {
        Path program = host.lab().file("pass.o");
        try {
            Files.write(program, Clang.object(PASS));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        host.run("ip link set " + device + " xdpdrv obj " + program + " sec xdp");
        return this;
    }

    Link mtu(int bytes) {
        return set("mtu " + bytes);
    }

    Link set(String what) {
        ends(end -> "ip link set " + end + " " + what);
        return this;
    }

    /** Pulls it out: both ends are gone. */
    void remove() {
        host.run("ip link del " + device);
    }

    private void ends(UnaryOperator<String> line) {
        List.of(host, other).forEach(end -> end.run(line.apply(end == host ? device : otherDevice)));
    }
}
