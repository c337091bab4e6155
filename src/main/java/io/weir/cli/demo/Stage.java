package io.weir.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The namespaces of the demo and the cables between them: the client on the load balancer's {@code front}, each server
 * on a cable and in a network of its own, with the load balancer as their router.
 */
final class Stage {

    static final String CLIENT = "weir-demo-client";
    static final String BALANCER = "weir-demo-lb";
    static final String CLIENT_V4 = "192.0.2.10";
    static final String CLIENT_V6 = "2001:db8::10";
    static final String VIP_V4 = "192.0.2.80";
    static final String VIP_V6 = "2001:db8::80";
    static final int SERVERS = 3;

    private Stage() {}

    static String server(int number) {
        return "weir-demo-web" + number;
    }

    static String serverV4(int number) {
        return "10.80." + number + ".2";
    }

    static String serverV6(int number) {
        return "fd80:" + number + "::2";
    }

    /** Everything, from nothing. */
    static void build() {
        namespaces().forEach(name -> run("ip", "netns", "add", name));
        namespaces().forEach(name -> run("ip", "-n", name, "link", "set", "lo", "up"));
        cable("front", CLIENT);
        address(BALANCER, "front", "192.0.2.1/24", "2001:db8::1/64");
        address(BALANCER, "front", VIP_V4 + "/32", VIP_V6 + "/128");
        address(CLIENT, "eth0", CLIENT_V4 + "/24", CLIENT_V6 + "/64");
        for (int number = 1; number <= SERVERS; number++) {
            String back = "back" + number;
            cable(back, server(number));
            address(BALANCER, back, "10.80." + number + ".1/24", "fd80:" + number + "::1/64");
            address(server(number), "eth0", serverV4(number) + "/24", serverV6(number) + "/64");
            run("ip", "-n", server(number), "route", "add", "default", "via", "10.80." + number + ".1");
            run("ip", "-n", server(number), "-6", "route", "add", "default", "via", "fd80:" + number + "::1");
        }
    }

    /** Ends every process in the namespaces that are there, also those of a demo that was killed. */
    static void endProcesses() {
        for (String name : present()) {
            List<ProcessHandle> processes = run("ip", "netns", "pids", name)
                    .lines()
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
                    .toList();
            processes.forEach(ProcessHandle::destroyForcibly);
            processes.forEach(process -> process.onExit().join());
        }
    }

    static boolean hasBalancer() {
        return present().contains(BALANCER);
    }

    /** Removes the namespaces that are there, and with them cables and hooks. */
    static void remove() {
        present().forEach(name -> run("ip", "netns", "del", name));
    }

    private static List<String> present() {
        List<String> all = run("ip", "netns", "list")
                .lines()
                .map(line -> line.split(" ")[0])
                .toList();
        return namespaces().stream().filter(all::contains).toList();
    }

    private static List<String> namespaces() {
        List<String> names = new ArrayList<>(List.of(CLIENT, BALANCER));
        for (int number = 1; number <= SERVERS; number++) {
            names.add(server(number));
        }
        return names;
    }

    private static void cable(String balancerEnd, String namespace) {
        run(
                "ip",
                "-n",
                BALANCER,
                "link",
                "add",
                balancerEnd,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                namespace);
        run("ip", "-n", BALANCER, "link", "set", balancerEnd, "up");
        run("ip", "-n", namespace, "link", "set", "eth0", "up");
    }

    /** Without duplicate address detection, which would hold IPv6 back for a second or two. */
    private static void address(String namespace, String link, String v4, String v6) {
        run("ip", "-n", namespace, "addr", "add", v4, "dev", link);
        run("ip", "-n", namespace, "addr", "add", v6, "dev", link, "nodad");
    }

    private static String run(String... command) {
        String line = String.join(" ", command);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new DemoFailure("'" + line + "' failed: " + output.strip().replace('\n', ' '));
            }
            return output;
        } catch (IOException e) {
            throw new DemoFailure("cannot run '" + line + "': install the packages iproute2 and util-linux", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailure("interrupted", e);
        }
    }
}
