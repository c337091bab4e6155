package io.weir.lab;

import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A client, a load balancer and servers that answer their name, in one of two shapes. In both the servers' way to the
 * client leads through the load balancer, as {@code :mode :nat} wants it.
 */
final class Site implements AutoCloseable {

    static final String CLIENT_V4 = "192.0.2.10";
    static final String CLIENT_V6 = "2001:db8::10";
    static final String VIP_V4 = "192.0.2.80";
    static final String VIP_V6 = "2001:db8::80";
    static final int PORT = 80;
    static final int SERVER_PORT = 8080;

    /** A second service on both VIPs and the servers: sends back what it gets. */
    static final int ECHO_PORT = 9000;

    /** How packets are on the cables of a site. */
    enum Frames {
        /** Segments of up to 64 KB and unfinished checksums, as veth has it. */
        OFFLOADED,
        /** As on a wire. */
        WHOLE
    }

    private final Lab lab;
    private final Frames frames;
    private final Host client;
    private final Host balancer;
    private final List<Backend> servers;
    private final List<Host> serverHosts;
    private final Function<Integer, String> v4;
    private final Function<Integer, String> v6;

    private Site(
            Lab lab,
            Frames frames,
            Host client,
            Host balancer,
            List<Host> serverHosts,
            Function<Integer, String> v4,
            Function<Integer, String> v6) {
        this.lab = lab;
        this.frames = frames;
        this.client = client;
        this.balancer = balancer;
        this.serverHosts = serverHosts;
        this.v4 = v4;
        this.v6 = v6;
        this.servers = new ArrayList<>();
        for (int number = 1; number <= serverHosts.size(); number++) {
            servers.add(Backend.start(serverHosts.get(number - 1), name(number), SERVER_PORT));
        }
    }

    /** The client on one interface of the load balancer ({@code front}), each server on another ({@code back1} …). */
    static Site twoArm(int servers, Frames frames) {
        Lab lab = new Lab();
        Host client = lab.host("client");
        Host balancer = balancer(lab);
        cable(lab, balancer, "front", client, frames);
        front(balancer, "front");
        client(client);
        List<Host> hosts = new ArrayList<>();
        for (int number = 1; number <= servers; number++) {
            Host server = lab.host(name(number));
            hosts.add(server);
            String back = "back" + number;
            cable(lab, balancer, back, server, frames);
            balancer.address(back, "10.80." + number + ".1/24", "fd80:" + number + "::1/64");
            server.address("eth0", "10.80." + number + ".2/24", "fd80:" + number + "::2/64");
            server.defaultRoute("10.80." + number + ".1", "fd80:" + number + "::1");
        }
        return new Site(
                lab,
                frames,
                client,
                balancer,
                hosts,
                number -> "10.80." + number + ".2",
                number -> "fd80:" + number + "::2");
    }

    /** Everyone on one switch: the load balancer sends out by the interface it received from ({@code front}). */
    static Site oneArm(int servers, Frames frames) {
        Lab lab = new Lab();
        Host fabric = lab.host("switch");
        fabric.run("ip link add fabric type bridge && ip link set fabric up");
        Host client = lab.host("client");
        Host balancer = balancer(lab);
        port(lab, fabric, "p1", client, "eth0", frames);
        Link balancerPort = port(lab, fabric, "p2", balancer, "front", frames);
        if (frames == Frames.WHOLE) {
            balancerPort.takesFramesOfXdpTx();
        }
        front(balancer, "front");
        balancer.address("front", "10.80.0.1/24", "fd80::1/64");
        client(client);
        List<Host> hosts = new ArrayList<>();
        for (int number = 1; number <= servers; number++) {
            Host server = lab.host(name(number));
            hosts.add(server);
            port(lab, fabric, "s" + number, server, "eth0", frames);
            server.address("eth0", "10.80.0." + (10 + number) + "/24", "fd80::1" + number + "/64");
            server.defaultRoute("10.80.0.1", "fd80::1");
        }
        return new Site(
                lab,
                frames,
                client,
                balancer,
                hosts,
                number -> "10.80.0." + (10 + number),
                number -> "fd80::1" + number);
    }

    private static Host balancer(Lab lab) {
        Host balancer = lab.host("lb");
        balancer.forward();
        // The client and the servers share a cable in one shape: nobody is to be told of a shorter way.
        balancer.run("sysctl -qw net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0");
        return balancer;
    }

    private static void front(Host balancer, String device) {
        balancer.address(device, "192.0.2.1/24", "2001:db8::1/64", VIP_V4 + "/32", VIP_V6 + "/128");
    }

    private static void client(Host client) {
        client.address("eth0", CLIENT_V4 + "/24", CLIENT_V6 + "/64");
        client.defaultRoute("192.0.2.1", "2001:db8::1");
    }

    private static Link cable(Lab lab, Host balancer, String device, Host other, Frames frames) {
        Link link = lab.link(balancer, device, other, "eth0");
        return frames == Frames.WHOLE ? link.withoutOffloads() : link;
    }

    private static Link port(Lab lab, Host fabric, String port, Host host, String device, Frames frames) {
        Link link = lab.link(fabric, port, host, device);
        if (frames == Frames.WHOLE) {
            link.withoutOffloads();
        }
        fabric.run("ip link set " + port + " master fabric");
        return link;
    }

    /** Takes the cable between client and load balancer away, with the interfaces at its ends. Two-arm sites only. */
    void pullFront() {
        balancer.run("ip link del front");
    }

    /** Lays it again, without addresses. */
    void plugFront() {
        cable(lab, balancer, "front", client, frames);
    }

    /** Gives it the addresses it had. */
    void addressFront() {
        front(balancer, "front");
        client(client);
    }

    Lab lab() {
        return lab;
    }

    Host client() {
        return client;
    }

    Host balancer() {
        return balancer;
    }

    /** @param number from 1 */
    Host serverHost(int number) {
        return serverHosts.get(number - 1);
    }

    Backend server(int number) {
        return servers.get(number - 1);
    }

    static String name(int number) {
        return "web" + number;
    }

    Endpoint serverV4(int number) {
        return Endpoint.of(v4.apply(number), SERVER_PORT);
    }

    Endpoint serverV6(int number) {
        return Endpoint.of(v6.apply(number), SERVER_PORT);
    }

    /** Both VIPs, with the servers of each family by weight; a weight of 0 leaves a server out. */
    Desired desired(Settings settings, int... weights) {
        return new Desired(
                List.of(
                        proxy("web", VIP_V4, group(this::serverV4, weights)),
                        proxy("web6", VIP_V6, group(this::serverV6, weights))),
                settings);
    }

    /** The same with {@link #ECHO_PORT}, on the first server. */
    Desired withEcho(Desired desired) {
        return withPort(desired, ECHO_PORT);
    }

    /** The same with another port, on the first server under the same number. */
    Desired withPort(Desired desired, int port) {
        List<Proxy> proxies = new ArrayList<>(desired.proxies());
        proxies.add(onPort("port" + port, VIP_V4, serverV4(1), port));
        proxies.add(onPort("port6-" + port, VIP_V6, serverV6(1), port));
        return new Desired(proxies, desired.settings());
    }

    private static Proxy onPort(String name, String vip, Endpoint server, int port) {
        Endpoint target = new Endpoint(server.address(), server.zone(), port);
        return proxy(name, listen(Optional.of(vip), port), new Group(List.of(Target.of(target))));
    }

    static Proxy proxy(String name, String vip, Group group) {
        return proxy(name, listen(Optional.of(vip)), group);
    }

    static Proxy proxy(String name, Listen listen, Group group) {
        return new Proxy(name, listen, group, List.of(), List.of(), false, Optional.empty());
    }

    static Listen listen(Optional<String> vip) {
        return listen(vip, PORT);
    }

    static Listen listen(Optional<String> vip, int port) {
        return new Listen(List.of("front"), port, vip.map(IpAddress::parse), Set.of(Protocol.TCP, Protocol.UDP));
    }

    static Group group(Function<Integer, Endpoint> server, int... weights) {
        List<Target> targets = new ArrayList<>();
        for (int number = 1; number <= weights.length; number++) {
            if (weights[number - 1] > 0) {
                targets.add(Target.of(server.apply(number), weights[number - 1]));
            }
        }
        return new Group(targets);
    }

    @Override
    public void close() {
        lab.close();
    }
}
