package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.LabTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A target by name, with dnsmasq as its host's only DNS server. */
@LabTest
class NamedTargetTest {

    private static final String TARGET = "{:host \"web.site.test\" :port 8080 :weight 100 :dns-refresh-seconds 1}";

    @Test
    void a_name_that_moves_takes_new_connections_along_and_leaves_the_established_ones() throws Exception {
        try (ControlSite control = ControlSite.with(2)) {
            Program server = Dnsmasq.serve(control.site().balancer(), record(control, 1));
            Path names = control.site().lab().file("names");
            Program node = run(control, ":dns-cache-path \"" + names + "\"");
            node.await(line -> line.contains(" ready: "));
            try (Conversation established = control.open()) {
                assertThat(established.ask()).isEqualTo("web1");

                server.stop();
                server = Dnsmasq.serve(control.site().balancer(), record(control, 2));
                Await.until(
                        "new connections go where the name is",
                        () -> control.ask().equals("web2"));
                assertThat(established.ask()).isEqualTo("web1");

                server.stop();
                Await.until(
                        "the address is stored",
                        () -> Files.exists(names)
                                && read(names)
                                        .contains(control.site()
                                                .serverV4(2)
                                                .address()
                                                .toString()));
                node.kill();
                run(control, ":dns-cache-path \"" + names + "\"").await(line -> line.contains(" ready: "));
                assertThat(control.ask()).isEqualTo("web2");
                assertThat(established.ask()).isEqualTo("web1");
            }
            Proof.say("a name moved, its server died and weir started again; one connection lived through it all");
        }
    }

    @Test
    void a_name_without_an_address_stops_the_start_and_leaves_nothing() {
        try (ControlSite control = ControlSite.with(1)) {
            Dnsmasq.serve(control.site().balancer(), "10.0.0.1 other.site.test\n");
            Program.End end = run(control, "").end();
            assertThat(end.status()).isEqualTo(2);
            assertThat(end.errors())
                    .anyMatch(line -> line.contains("no address is known for the target web.site.test: no such name"));
            assertThat(control.weir().pins()).doesNotExist();
        }
    }

    private static String record(ControlSite control, int number) {
        return control.site().serverV4(number).address() + " web.site.test\n";
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException beingReplaced) {
            return "";
        }
    }

    /** With a resolv.conf of its own, in a mount namespace that ends with it. */
    private static Program run(ControlSite control, String settings) {
        Lab lab = control.site().lab();
        Path resolv = lab.write("resolv.conf", "nameserver 127.0.0.1\n");
        Path config = lab.write("named.edn", control.config(TARGET, "", settings));
        return control.weir()
                .start(
                        List.of(
                                "unshare",
                                "-m",
                                "sh",
                                "-ec",
                                "mount --bind " + resolv + " /etc/resolv.conf; exec \"$@\"",
                                "sh"),
                        "run",
                        "-c",
                        config.toString());
    }
}
