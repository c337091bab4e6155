package io.weir.lab;

import io.weir.testing.Run;
import java.util.List;

/** A veth pair between two hosts. */
record Link(Host host, String device, Host other, String otherDevice) {

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

    /** Frames are taken redirected, all else as the kernel has it. */
    Link withReceiveOffload() {
        ends(end -> "ethtool -K " + end + " gro on >/dev/null");
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

    private void ends(java.util.function.UnaryOperator<String> line) {
        List.of(host, other).forEach(end -> end.run(line.apply(end == host ? device : otherDevice)));
    }
}
