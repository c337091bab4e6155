package io.weir.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Network namespaces of one test, all gone when it closes. */
public final class Namespaces implements AutoCloseable {

    private final String prefix;
    private final List<String> names = new ArrayList<>();

    /** @param prefix keeps the names of tests that run beside each other apart; a few letters */
    public Namespaces(String prefix) {
        this.prefix = Leftovers.ownName(prefix) + "-";
    }

    /** Makes one with lo up that does not forward; where to enter it. */
    public Path make(String role) {
        String name = prefix + role;
        Run.command("ip", "netns", "add", name);
        names.add(name);
        Run.command("ip", "-n", name, "link", "set", "lo", "up");
        in(role, "echo 0 >/proc/sys/net/ipv4/ip_forward"); // a new namespace has the machine's own setting
        return path(role);
    }

    public Path path(String role) {
        return Path.of("/run/netns/" + prefix + role);
    }

    /** Runs a shell line inside; /sys stays the host's, where the pins are. */
    public String in(String role, String line) {
        return Run.command("nsenter", "--net=" + path(role), "sh", "-ec", line);
    }

    /** A veth pair between two namespaces, both ends up, without checksum and segmentation offloads. */
    public void connect(String role, String device, String otherRole, String otherDevice) {
        Run.command(
                "ip",
                "-n",
                prefix + role,
                "link",
                "add",
                device,
                "type",
                "veth",
                "peer",
                "name",
                otherDevice,
                "netns",
                prefix + otherRole);
        for (String[] end : new String[][] {{role, device}, {otherRole, otherDevice}}) {
            in(
                    end[0],
                    "ip link set " + end[1] + " up; ethtool -K " + end[1]
                            + " tx off tso off gso off gro on >/dev/null");
        }
    }

    /** Removes one before its time. */
    public void remove(String role) {
        Run.command("ip", "netns", "delete", prefix + role);
        names.remove(prefix + role);
    }

    @Override
    public void close() {
        names.reversed().forEach(name -> Run.status("ip", "netns", "delete", name));
    }
}
