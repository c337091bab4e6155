package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.LabTest;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** The watch over names in a process of its own, with dnsmasq as its host's only DNS server. */
@LabTest
class DnsTest {

    private static final String MANY = IntStream.rangeClosed(1, 150)
            .mapToObj(i -> "10.1.0." + i + " many.site.test\n")
            .collect(Collectors.joining());

    private static final String RECORDS = """
            10.0.0.2 web.site.test
            10.0.0.1 web.site.test
            2001:db8::1 web.site.test
            """ + MANY;

    @Test
    void names_are_found_by_search_list_alias_hosts_file_and_tcp() {
        try (Lab lab = new Lab()) {
            Host node = lab.host("node");
            Dnsmasq.serve(node, RECORDS);
            Program teller =
                    teller(node, "web", "alias.site.test", "many.site.test", "localhost", "fixed.test", "no.site.test");

            teller.await(line -> line.equals("resolved web [10.0.0.1, 10.0.0.2, 2001:db8::1]"));
            teller.await(line -> line.equals("resolved alias.site.test [10.0.0.1, 10.0.0.2, 2001:db8::1]"));
            teller.await(
                    line -> line.startsWith("resolved many.site.test [10.1.0.1, ") && line.split(",").length == 150);
            teller.await(line -> line.equals("resolved localhost [127.0.0.1, ::1]"));
            teller.await(line -> line.equals("resolved fixed.test [192.0.2.9]"));
            teller.await(line -> line.equals("failed no.site.test [] no such name"));
        }
    }

    @Test
    void a_name_follows_its_records_and_keeps_the_last_ones_through_every_failure() throws Exception {
        try (Lab lab = new Lab()) {
            Host node = lab.host("node");
            Program server = Dnsmasq.serve(node, RECORDS);
            Program teller = teller(node, "web.site.test");
            teller.await(line -> line.startsWith("resolved web.site.test [10.0.0.1, "));

            server.stop();
            teller.await(line ->
                    line.equals("failed web.site.test [10.0.0.1, 10.0.0.2, 2001:db8::1] no DNS server listens"));
            server = Dnsmasq.serve(node, "10.0.0.3 web.site.test\n");
            teller.await(line -> line.equals("resolved web.site.test [10.0.0.3]"));
            server.stop();
            server = Dnsmasq.serve(node, "10.0.0.3 other.site.test\n");
            teller.await(line -> line.equals("failed web.site.test [10.0.0.3] no such name"));
            server.stop();
            try (DatagramSocket _ = rude(node, Rcode.SERVFAIL)) {
                teller.await(line -> line.equals("failed web.site.test [10.0.0.3] the DNS server failed (SERVFAIL)"));
            }
            try (DatagramSocket _ = rude(node, -1)) {
                teller.await(line -> line.equals("failed web.site.test [10.0.0.3] no DNS server answered in time"));
            }
            server = Dnsmasq.serve(node, "10.0.0.4 web.site.test\n");
            teller.await(line -> line.equals("resolved web.site.test [10.0.0.4]"));

            String stored = "web.site.test 10.0.0.4\n";
            Await.until("the addresses are stored", () -> read(names(lab)).equals(stored));
            server.stop();
            teller.stop();
            Program next = teller(node, "web.site.test", "other.site.test");
            next.await(line -> line.startsWith("failed web.site.test [10.0.0.4] "));
            next.await(line -> line.startsWith("failed other.site.test [] "));
            assertThat(read(names(lab))).isEqualTo(stored);
        }
    }

    private static Path names(Lab lab) {
        return lab.file("names");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException absent) {
            return "";
        }
    }

    /** A server that answers everything with an error, or with nothing. */
    private static DatagramSocket rude(Host host, int code) {
        DatagramSocket socket = host.in(() -> new DatagramSocket(53, InetAddress.ofLiteral("127.0.0.1")));
        Thread.ofPlatform().daemon().start(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
            try {
                while (true) {
                    packet.setLength(1500);
                    socket.receive(packet);
                    if (code >= 0) {
                        Message answer = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                        answer.getHeader().setFlag(Flags.QR);
                        answer.getHeader().setRcode(code);
                        packet.setData(answer.toWire());
                        socket.send(packet);
                        packet.setData(new byte[1500]);
                    }
                }
            } catch (IOException closed) {
                // the test has seen enough
            }
        });
        return socket;
    }

    /** With a resolv.conf and a hosts file of its own, in a mount namespace that ends with it. */
    private static Program teller(Host host, String... names) {
        Lab lab = host.lab();
        Path resolv = lab.write("resolv.conf", "nameserver 127.0.0.1\nsearch site.test\n");
        Path hosts = lab.write("hosts", "127.0.0.1 localhost\n::1 localhost\n192.0.2.9 fixed.test\n");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return host.start(
                "unshare",
                "-m",
                "sh",
                "-ec",
                "mount --bind " + resolv + " /etc/resolv.conf; mount --bind " + hosts + " /etc/hosts; exec " + java
                        + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -cp "
                        + System.getProperty("java.class.path") + " io.weir.lab.NameTeller " + names(lab) + " "
                        + String.join(" ", names));
    }
}
